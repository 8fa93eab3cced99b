"""What the coach makes of an answer, and hears of it."""

import pytest

from articles.models import Article
from comments import conversation, outcomes
from comments.models import Comment, Outcome, Thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(article, coach):
    """A question, answered: `ask("Why?", "Because.")`."""

    def asked(words, answer=None, **kwargs):
        question, _ = conversation.post(
            article,
            words,
            conversation.Writer("Rewa Smith", "rewa@example.com"),
            state=Comment.State.PUBLISHED,
            **kwargs,
        )
        if answer:
            conversation.answer(question, answer, conversation.Writer.of(coach))
        return Thread.objects.get(pk=question.pk)

    return asked


def make_draft(client, thread, **kwargs):
    return client.post(f"/admin/desk/{thread.pk}/article-draft/", **kwargs)


def test_one_press_makes_a_draft_of_the_answer_and_opens_it(as_coach, coach, ask):
    thread = ask(
        "I am 61. How do I come down stairs? It hurts <b>here</b>.", "Bad leg first.\n\nThen rest."
    )

    response = make_draft(as_coach, thread, follow=True)

    draft = Article.objects.get(status=Article.Status.DRAFT)
    assert response.redirect_chain[0][0] == f"/admin/articles/article/{draft.pk}/change/"
    assert "Only you see it until you publish it." in response.text
    assert draft.title == "How do I come down stairs?"
    assert draft.slug == "how-do-i-come-down-stairs"
    assert draft.author == coach
    assert "<p>Bad leg first.</p>" in draft.body
    assert "&lt;b&gt;here&lt;/b&gt;" in draft.body
    assert f'href="/comments/{thread.pk}/"' in draft.body
    assert "Rewa" not in draft.body


def test_the_draft_is_not_public(as_coach, client, ask):
    make_draft(as_coach, ask("Why?", "Because of the stairs."))
    draft = Article.objects.get(status=Article.Status.DRAFT)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_second_press_finds_the_first_ones_draft_as_it_has_grown(as_coach, ask):
    thread = ask("Why?", "Because.")
    make_draft(as_coach, thread)
    draft = Article.objects.get(status=Article.Status.DRAFT)
    draft.title = "Mine now"
    draft.save()
    response = make_draft(as_coach, thread, follow=True)
    assert "You made this from the same answer before." in response.text
    assert [a.title for a in Article.objects.filter(status="draft")] == ["Mine now"]


def test_two_threads_with_one_question_make_two_drafts(as_coach, ask):
    for answer in ("Because.", "Because of that."):
        make_draft(as_coach, ask("Why?", answer))
        Comment.objects.update(submission_key=None)
    slugs = Article.objects.filter(status="draft").values_list("slug", flat=True)
    assert set(slugs) == {"why", "why-2"}


def test_a_private_question_stays_out_of_the_draft(as_coach, ask):
    make_draft(as_coach, ask("My secret operation?", "Rest for a week.", is_private=True))
    draft = Article.objects.get(status=Article.Status.DRAFT)
    assert "secret" not in draft.body + draft.title + draft.standfirst
    assert draft.title == "Rest for a week."


def test_without_an_answer_there_is_nothing_to_draft(as_coach, ask):
    response = make_draft(as_coach, ask("Why?"), follow=True)
    assert "Answer first" in response.text
    assert Article.objects.count() == 1


def test_only_the_coach_makes_drafts_and_only_by_a_press(as_ada, as_coach, ask):
    thread = ask("Why?", "Because.")
    assert make_draft(as_ada, thread).status_code == 403
    assert as_coach.get(f"/admin/desk/{thread.pk}/article-draft/").status_code == 405
    assert make_draft(as_coach, Thread(pk=999_999)).status_code == 404
    assert Article.objects.count() == 1


def test_the_coach_reads_what_askers_said_newest_first(as_coach, as_ada, ask):
    first, second = ask("About stairs?", "Yes."), ask("About hills?", "Slowly.")
    outcomes.say(first, Outcome.Helped.YES, words="No pain now.", is_shown=False)
    outcomes.say(second, Outcome.Helped.NOT_YET, words="", is_shown=True)

    page = as_coach.get("/admin/desk/outcomes/").text

    assert page.index("About hills?") < page.index("About stairs?")
    assert "1 say it helped, 0 a little, 1 not yet." in page
    assert "No pain now." in page
    assert as_ada.get("/admin/desk/outcomes/").status_code == 403


def test_before_anybody_said_anything_the_page_says_when_they_are_asked(as_coach):
    assert "asked 14 days after your answer" in as_coach.get("/admin/desk/outcomes/").text


def test_the_page_costs_the_same_however_long_it_is(as_coach, ask, connection_queries):
    def one_more(number):
        thread = ask(f"Question {number}?", f"Answer {number}.")
        outcomes.say(thread, Outcome.Helped.YES, words="", is_shown=True)

    def read():
        return as_coach.get("/admin/desk/outcomes/")

    one_more(0)
    few = connection_queries(read)
    for number in range(1, 6):
        one_more(number)
    assert connection_queries(read) == few


def test_a_thread_that_waits_again_shows_what_was_said_before(as_coach, ask, article):
    thread = ask("About stairs?", "Yes.")
    outcomes.say(thread, Outcome.Helped.NOT_YET, words="Still sore.", is_shown=False)
    conversation.post(
        article,
        "What next?",
        conversation.Writer("Rewa Smith", "rewa@example.com"),
        state=Comment.State.PUBLISHED,
        reply_to=thread.root,
    )
    page = as_coach.get("/admin/desk/").text
    assert "Still sore." in page
    assert "Make an article draft of it" in page
