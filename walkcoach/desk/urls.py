"""The desk's addresses, below /admin/desk/."""

from django.urls import path, re_path

from . import acts, answer_pages, moving, numbers, outcomes, snippets, views

# Nine digits: more than there will be rows, less than overflows a column.
THREAD = r"^(?P<thread_id>[0-9]{1,9})/"
COMMENT = r"^comments/(?P<comment_id>[0-9]{1,9})/"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("presence/", views.presence, name="desk_presence"),
    path("insertable/", views.insertable, name="desk_insertable"),
    path("numbers/", numbers.numbers, name="desk_numbers"),
    path("outcomes/", outcomes.outcomes, name="desk_outcomes"),
    path("phrases/", snippets.snippets, name="desk_snippets"),
    path("phrases/new/", snippets.write, name="desk_snippet_new"),
    re_path(r"^phrases/(?P<snippet_id>[0-9]{1,9})/$", snippets.write, name="desk_snippet"),
    re_path(
        r"^phrases/(?P<snippet_id>[0-9]{1,9})/delete/$",
        snippets.delete,
        name="desk_snippet_delete",
    ),
    re_path(
        r"^answers/(?P<answer_id>[0-9]{1,9})/(?P<act>call-back|send-now)/$",
        views.leaving,
        name="desk_leaving",
    ),
    re_path(r"^acts/(?P<act_id>[0-9]{1,9})/undo/$", acts.undo, name="desk_undo"),
    re_path(
        COMMENT + r"(?P<act>approve|spam|remove|put-back|fine)/$",
        acts.moderate,
        name="desk_moderate",
    ),
    re_path(COMMENT + r"move/$", moving.move, name="desk_move"),
    re_path(COMMENT + r"ban/$", acts.ban, name="desk_ban"),
    re_path(THREAD + r"$", views.thread, name="desk_thread"),
    re_path(THREAD + r"answer/$", views.answer, name="desk_answer"),
    re_path(THREAD + r"preview/$", views.preview, name="desk_preview"),
    re_path(THREAD + r"insert/$", views.insert, name="desk_insert"),
    re_path(THREAD + r"draft/$", views.draft, name="desk_draft"),
    re_path(THREAD + r"answer-page/$", answer_pages.answer_page, name="desk_answer_page"),
    re_path(THREAD + r"article-draft/$", outcomes.article_draft, name="desk_article_draft"),
    re_path(THREAD + r"no-answer-needed/$", acts.no_answer_needed, name="desk_no_answer_needed"),
    re_path(THREAD + r"answer-needed/$", acts.answer_needed, name="desk_answer_needed"),
    re_path(THREAD + r"answered-by-mail/$", acts.answered_by_mail, name="desk_answered_by_mail"),
    re_path(THREAD + r"pin/$", acts.pin, name="desk_pin"),
    re_path(THREAD + r"privacy/$", acts.privacy, name="desk_privacy"),
]
