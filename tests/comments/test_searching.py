"""Comments and answer pages in the site's search: found once they are public, and no longer."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from articles.models import Article, SearchDocument
from articles.search import index, vocabulary
from comments import conversation
from comments.answer_pages import making
from comments.models import AnswerPage, Comment, Thread

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


@pytest.fixture
def found(client):
    """The keys of the comments that a search finds: `found("geese")`."""

    def look(query, **more) -> list[int]:
        page = client.get("/search/", {"q": query, **more}).context["page"]
        return [one.row.pk for one in page.object_list if isinstance(one.row, Comment)]

    return look


@pytest.fixture
def private(article):
    comment, _ = conversation.post(
        article,
        "Geese, between us",
        conversation.Writer("Lin", "lin@example.org"),
        state=State.HELD,
        is_private=True,
    )
    return comment


def test_a_comment_is_found_with_its_thread_and_leads_to_it(client, say, coach, article):
    question = say("Do geese mind my stick?", "Rewa")
    answer = say("Geese hiss at sticks. Walk on.", coach, to=question)
    say("And swans?", to=answer)
    page = client.get("/search/?q=geese").text
    assert "1 result<" in page and "1 more in this conversation" in page
    assert f'href="{question.get_absolute_url()}"' in page or (
        f'href="{answer.get_absolute_url()}"' in page
    )
    assert f"under “{article.title}”" in page and "<mark>" in page
    page = client.get("/search/?q=swans").text
    assert "Rewa</bdi> replied under" in page
    assert "Do geese mind my stick?" in page, "what the thread is about"
    page = client.get("/search/?q=hisses").text
    assert "Marit</bdi> answered under" in page and '<span class="badge">Coach</span>' in page


def test_articles_come_before_comments_that_say_the_same(client, say, article):
    say("Walk to the sixth house?")
    kinds = [one.document.kind for one in client.get("/search/?q=sixth+house").context["page"]]
    assert kinds == ["article", "comment"]
    only = client.get("/search/?q=sixth+house&kind=comment")
    assert [one.document.kind for one in only.context["page"]] == ["comment"]
    assert "Articles" in only.text and "Questions and comments" in only.text


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.HELD, State.SPAM])
def test_what_is_not_published_is_not_in_the_index(say, found, state):
    say("Geese!", state=state)
    assert found("geese") == []
    assert not SearchDocument.objects.filter(kind="comment").exists()


def test_names_and_addresses_are_no_words(say, found):
    say("Hello", "Wilhelmina")
    assert found("wilhelmina") == found("example.org") == []


def test_through_every_door_of_one_comment(say, coach, found):
    one = say("Geese", state=State.UNCONFIRMED)
    conversation.confirm(one)
    assert found("geese") == [one.pk]
    conversation.edit(one, "Swans", initials_only=False)
    assert found("geese") == [] and found("swans") == [one.pk]
    was = Comment.objects.get(pk=one.pk)
    taken = conversation.withdraw(one)
    assert found("swans") == []
    conversation.undo_withdrawal(taken, was=was)
    assert found("swans") == [one.pk]
    for as_spam in (True, False):
        conversation.remove(one, as_spam=as_spam)
        assert found("swans") == []
        conversation.put_back(one)
        assert found("swans") == [one.pk]
    held = say("Ducks", state=State.HELD)
    conversation.approve(held)
    assert found("ducks") == [held.pk]
    conversation.remove(held)
    conversation.restore(held, was=State.HELD)
    assert found("ducks") == []
    conversation.answer(held, "Ducks are fine.", conversation.Writer.of(coach))
    assert len(found("ducks")) == 1


def test_a_spam_question_takes_its_thread_along_and_brings_it_back(say, coach, found):
    question = say("Geese?")
    answer = say("Swans.", coach, to=question)
    conversation.remove(question, as_spam=True)
    assert found("swans") == []
    conversation.put_back(question)
    assert found("swans") == [answer.pk]


def test_a_private_thread_is_found_while_both_agree(private, coach, found):
    conversation.answer(private, "Geese it is", conversation.Writer.of(coach))
    thread = Thread.objects.get(pk=private.pk)
    assert found("geese") == []
    assert not SearchDocument.objects.filter(kind="comment").exists()
    conversation.suggest_making_public(thread)
    assert found("geese") == []
    conversation.agree_to_publish(thread)
    assert len(found("geese")) == 1
    conversation.make_private_again(thread)
    assert found("geese") == []
    assert not SearchDocument.objects.filter(kind="comment").exists()


def test_an_article_that_is_a_draft_again_hides_its_conversation(say, found, article):
    one = say("Geese")
    Article.objects.filter(pk=article.pk).unpublish()
    assert found("geese") == []
    Article.objects.filter(pk=article.pk).publish()
    assert found("geese") == [one.pk]


def test_what_moves_is_found_where_it_stands(client, say, found, article, coach):
    other = Article.objects.create(
        title="Elsewhere",
        slug="elsewhere",
        body="<p>x</p>",
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )
    first, second = say("Geese one"), say("Geese two")
    reply = say("Swans", to=second)
    conversation.move_to_article(Thread.objects.get(pk=first.pk), other)
    assert "under “Elsewhere”" in client.get("/search/?q=geese+one").text
    conversation.split(reply, other)
    assert "under “Elsewhere”" in client.get("/search/?q=swans").text
    conversation.move_into(second, Thread.objects.get(pk=first.pk))
    assert len(found("geese")) == 1, "one thread"
    Article.objects.filter(pk=other.pk).unpublish()
    assert found("geese") == found("swans") == []


def test_who_erases_their_account_leaves_words_and_no_name(client, say, ada, found):
    one = say("Geese again", ada)
    conversation.forget(ada)
    assert found("geese") == [one.pk]
    page = client.get("/search/?q=geese").text
    assert "A former reader" in page and "Ada" not in page


def test_answer_pages_follow_their_week_their_asker_and_their_thread(client, say, coach):
    question = say("Do geese mind my stick?")
    say("They hiss.", coach, to=question)
    thread = Thread.objects.get(pk=question.pk)
    draft = AnswerPage(thread=thread, title="Sticks", question="Unicorns?", answer="Walk on.")
    page = making.keep(draft, coach, [])

    def shown() -> bool:
        return "Sticks" in client.get("/search/?q=unicorns").text

    assert not shown()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        assert shown()
    making.agree(page)
    assert shown()
    making.object_to(page)
    assert not shown() and not SearchDocument.objects.filter(kind="answer").exists()
    making.agree(page)
    conversation.remove(question)
    assert not shown()
    conversation.put_back(question)
    assert shown()
    page.refresh_from_db()
    page.question, page.title = "Dragons?", "Canes"
    making.keep(page, coach, [])
    assert not shown() and "Canes" in client.get("/search/?q=dragons").text
    making.take_down(page)
    assert not SearchDocument.objects.filter(kind="answer").exists()


def test_the_index_made_anew_is_the_one_that_was_kept(say, coach, private):
    question = say("Geese?")
    say("Swans.", coach, to=question)
    say("Ducks?", state=State.HELD)
    thread = Thread.objects.get(pk=question.pk)
    page = AnswerPage(thread=thread, title="Birds", question="Geese?", answer="Swans.")
    making.keep(page, coach, [])
    fields = ["kind", "key", "group", "article", "findable_from", "weight", "title", "words"]
    kept = sorted(SearchDocument.objects.values_list(*fields))
    SearchDocument.objects.create(kind="comment", key=private.pk, group=private.pk, words="geese")
    SearchDocument.objects.filter(key=question.pk).delete()
    assert index.rebuild() == len(kept) == 4
    assert sorted(SearchDocument.objects.values_list(*fields)) == kept


def test_a_page_of_results_costs_the_same_however_many_there_are(
    client, say, coach, article, connection_queries
):
    say("Geese")
    vocabulary.rebuild()

    def few_or_many():
        return connection_queries(lambda: client.get("/search/?q=geese"))

    few_or_many()
    for number in range(3):
        say(f"Geese {number}")
    some = few_or_many()
    for number in range(15):
        question = say(f"More geese {number}")
        say("Geese.", coach, to=question)
    assert few_or_many() == some <= 9


def test_words_of_the_demos_comments_find_their_threads(client):
    call_command("load_demo", verbosity=0)
    for query, start in [
        ("biro clicks", "My knee clicks on every step"),
        ("thin bones mother postbox", "My mother is eighty-one"),
        ("half a mile kilometres", "Half a mile or 0.8 kilometres"),
        ("postbxo eighty-one", "My mother is eighty-one"),
    ]:
        question = Comment.objects.get(comment__startswith=start, level=0)
        page = client.get("/search/", {"q": query}).context["page"]
        groups = [one.document.group for one in page if one.document.kind == "comment"]
        assert groups[0] == question.pk, query
    nobody = Comment.objects.exclude(state=State.PUBLISHED).values_list("pk", flat=True)
    hidden = Thread.objects.filter(is_public=False).values_list("pk", flat=True)
    kept = SearchDocument.objects.filter(kind="comment")
    assert not kept.filter(key__in=list(nobody)).exists()
    assert not kept.filter(group__in=list(hidden)).exists()
