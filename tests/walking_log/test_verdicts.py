"""The verdict as a reader meets it: after a walk, after a morning, when a rule asks, and undone."""

import datetime
import html
import re
import threading

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from walking_log import rules, verdicts
from walking_log.models import KneeReading, Verdict, Walk

from .conftest import typed

NEW = "/log/walks/new/"
DAY = datetime.timedelta(days=1)
# A Tuesday.
MORNING = datetime.datetime(2026, 11, 24, 8, 30, tzinfo=datetime.UTC)
TODAY = MORNING.date()


@pytest.fixture
def tuesday():
    with time_machine.travel(MORNING, tick=False):
        yield


def words_of(response) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def past_walk(owner, days_ago, *, before=8, after=8, morning=8, minutes=20, **more) -> Walk:
    """A walk of both knees, as it would stand by this morning."""
    day = TODAY - days_ago * DAY
    walk = Walk.objects.create(owner=owner, local_date=day, duration_s=minutes * 60, **more)
    said = {"before": (day, before), "after": (day, after), "next_morning": (day + DAY, morning)}
    for moment, (on, comfort) in said.items():
        for knee in KneeReading.Knee.values if comfort is not None else ():
            walk.readings.create(
                owner=owner, local_date=on, knee=knee, moment=moment, comfort=comfort
            )
    return walk


def verdict_on(client) -> str:
    page = words_of(client.get("/log/"))
    assert page.count('id="next-walk"') == 1
    return re.search(r'<p class="says">(.*?)</p>', page)[1]


def test_after_saving_the_next_walk_is_said_with_its_reason(as_ada, ada, tuesday):
    past_walk(ada, 6)
    past_walk(ada, 3)
    said = typed(TODAY, duration="20", after_left="8", after_right="8", before_left="8")
    page = words_of(as_ada.post(NEW, said, follow=True))
    assert "Saved:" in page
    assert "Hold at 20 minutes: how your knees are tomorrow morning decides." in page


def test_a_good_morning_lets_the_walk_grow(as_ada, ada, tuesday):
    for days_ago in (5, 3):
        past_walk(ada, days_ago)
    last = past_walk(ada, 1, morning=None)
    as_ada.post(
        reverse("walking_log:morning", args=[last.pk]), {"morning_left": "8", "morning_right": "9"}
    )
    assert verdict_on(as_ada).startswith("Lengthen to 22 minutes: your last three walks went well")


def test_a_lower_morning_holds_and_says_which_knee(as_ada, ada, tuesday):
    for days_ago in (5, 3):
        past_walk(ada, days_ago)
    last = past_walk(ada, 1, morning=None)
    as_ada.post(
        reverse("walking_log:morning", args=[last.pk]), {"morning_left": "8", "morning_right": "7"}
    )
    assert verdict_on(as_ada) == "Hold at 20 minutes: your right knee was 1 lower this morning."
    with time_machine.travel(MORNING + DAY):
        assert verdict_on(as_ada).endswith("your right knee was 1 lower yesterday morning.")


def test_every_verdict_is_kept_with_what_it_was_made_from(as_ada, ada, tuesday):
    last = past_walk(ada, 1, morning=None)
    first = verdicts.refresh(ada, TODAY)
    as_ada.post(reverse("walking_log:morning", args=[last.pk]), {"morning_left": "5"})
    first.refresh_from_db()
    now = ada.verdicts.current().get()
    assert first.superseded_at is not None
    assert first.pk != now.pk
    assert now.outcome == "back_off"
    assert now.rules_version == rules.RULES_VERSION
    judged_again = rules.judge(rules.Inputs.read(now.inputs))
    assert judged_again.outcome == now.outcome
    # Nothing new, no new row.
    assert verdicts.refresh(ada, TODAY).pk == now.pk
    assert ada.verdicts.count() == 2


def test_undoing_a_walk_undoes_its_verdict(as_ada, ada, tuesday):
    past_walk(ada, 3)
    verdicts.refresh(ada, TODAY)
    red = past_walk(ada, 1, after=3)
    verdicts.refresh(ada, TODAY)
    assert verdict_on(as_ada).startswith("Back off to 15 minutes")
    as_ada.post(reverse("walking_log:walk_delete", args=[red.pk]))
    assert verdict_on(as_ada).startswith("Hold at 20 minutes")
    as_ada.post(reverse("walking_log:walk_restore", args=[red.pk]))
    assert verdict_on(as_ada).startswith("Back off to 15 minutes")


def test_the_morning_before_is_what_a_walk_is_compared_with(ada, tuesday):
    past_walk(ada, 4, morning=9)
    past_walk(ada, 1, before=None, morning=7)
    verdict = verdicts.refresh(ada, TODAY)
    assert verdict.in_words(TODAY).startswith("Back off")
    assert "2 lower this morning" in verdict.in_words(TODAY)


def test_a_walk_of_last_month_is_no_advice_for_today(as_ada, ada, tuesday):
    past_walk(ada, 15)
    verdicts.refresh(ada, TODAY)
    assert 'id="next-walk"' not in words_of(as_ada.get("/log/"))


def test_two_reds_ask_the_questions_and_the_answers_say_where_to_go(as_ada, ada, tuesday):
    past_walk(ada, 3, after=3)
    said = typed(TODAY, duration="20", after_left="3", after_right="7")
    page = words_of(as_ada.post(NEW, said, follow=True))
    assert "Rest for a day or two: two walks running took a knee into the red." in page
    assert "A few questions, to be safe" in page
    assert "Sudden chest pain or breathlessness" in page

    page = words_of(as_ada.post("/log/symptoms/?asked=1", {"flags": ["locked"]}, follow=True))
    assert "See someone today" in page
    assert "In the UK ring 111" in page
    assert "it locks or gets stuck" in page
    assert "See someone before you build up further" in page
    report = ada.symptom_reports.get()
    assert (report.flags, report.text_version) == (("locked",), rules.FLAGS_TEXT_VERSION)
    assert report.acknowledged_at is None

    page = words_of(
        as_ada.post(reverse("walking_log:symptoms_read", args=[report.pk]), follow=True)
    )
    assert "I have read this" not in page
    assert "See someone today" in page
    report.refresh_from_db()
    assert report.acknowledged_at == timezone.now()

    page = words_of(as_ada.post("/log/symptoms/", {}, follow=True))
    assert "Noted: none of these." in page
    assert "See someone today" not in page
    assert "Rest for a day or two" in page
    assert "A few questions, to be safe" not in page


def test_the_back_of_a_knee_asks_of_the_calf_and_forgets_no_other_answer(as_ada, ada, tuesday):
    as_ada.post("/log/symptoms/", {"flags": ["night_pain"]})
    with time_machine.travel(MORNING + DAY):
        said = typed(TODAY + DAY, after_left="8", spots_left="back")
        page = words_of(as_ada.post(NEW, said, follow=True))
        assert "See someone soon" in page
        form = as_ada.get("/log/symptoms/?asked=1").context["form"]
        assert [name for name, _ in form.fields["flags"].choices] == ["chest", "calf"]
        as_ada.post("/log/symptoms/?asked=1", {"flags": ["calf"]})
        newest = ada.symptom_reports.order_by("-local_date").first()
        assert newest.flags == ("calf", "night_pain")
        assert "See someone today" in words_of(as_ada.get("/log/"))


def test_a_sign_without_any_walk_is_heeded_until_it_is_over(as_ada, ada, tuesday):
    page = words_of(as_ada.post("/log/symptoms/", {"flags": ["fever"]}, follow=True))
    assert "See someone today" in page
    assert verdicts.current(ada, TODAY).outcome == "see_someone"
    as_ada.post("/log/symptoms/", {})
    assert verdicts.current(ada, TODAY) is None


def test_a_walk_that_is_moved_back_takes_its_verdict_along(as_ada, ada, tuesday):
    past_walk(ada, 4)
    red = past_walk(ada, 1, after=3)
    assert verdicts.refresh(ada, TODAY).outcome == "back_off"
    said = typed(TODAY, day="other", other_day=str(TODAY - 9 * DAY), duration="20")
    as_ada.post(reverse("walking_log:walk_edit", args=[red.pk]), {**said, "after_left": "3"})
    now = verdicts.current(ada, TODAY)
    assert (now.outcome, now.local_date) == ("hold", TODAY - 4 * DAY)


@pytest.mark.django_db(transaction=True)
def test_two_mornings_said_at_once_wait_for_each_other_and_not_forever(ada, today):
    walks = [
        Walk.objects.create(owner=ada, local_date=today - n * DAY, duration_s=1200) for n in (1, 2)
    ]
    barrier, statuses = threading.Barrier(2), []

    def say(walk):
        client = Client()
        client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
        barrier.wait()
        response = client.post(
            reverse("walking_log:morning", args=[walk.pk]), {"morning_left": "7"}
        )
        statuses.append(response.status_code)
        connection.close()

    threads = [threading.Thread(target=say, args=[walk]) for walk in walks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert ada.knee_readings.count() == 2
    assert ada.verdicts.current().filter(walk=walks[0]).count() == 1


# --- The coach's word ------------------------------------------------------------------------


def test_the_coachs_word_stands_first_with_the_rules_behind_it(as_ada, ada, coach, tuesday):
    for days_ago in (5, 3, 1):
        past_walk(ada, days_ago)
    verdict = verdicts.refresh(ada, TODAY)
    verdicts.override(verdict, coach, "hold", " You told me of the hill. One more week. ")
    page = words_of(as_ada.get("/log/"))
    assert "Hold at 20 minutes." in page
    assert "You told me of the hill. One more week." in page
    assert "Marit, 24 November. The rules had said: Lengthen to 22 minutes:" in page


def test_a_more_cautious_verdict_ends_the_coachs(ada, coach, tuesday):
    past_walk(ada, 3)
    last = past_walk(ada, 1, morning=None)
    verdict = verdicts.refresh(ada, TODAY)
    verdicts.override(verdict, coach, "lengthen", "You are ready.")
    readings = [
        last.readings.create(
            owner=ada, local_date=TODAY, knee=knee, moment="next_morning", comfort=8
        )
        for knee in "LR"
    ]
    assert verdicts.refresh(ada, TODAY).says == "lengthen"
    readings[0].comfort = 5
    readings[0].save()
    now = verdicts.refresh(ada, TODAY)
    assert (now.says, now.override_note) == ("back_off", "")


def test_nobody_overrides_see_someone_and_none_but_a_coach_with_a_note(ada, ben, coach, tuesday):
    past_walk(ada, 1)
    verdict = verdicts.refresh(ada, TODAY)
    for by, outcome, note in (
        (ben, "hold", "Go on."),
        (coach, "hold", "  "),
        (coach, "see_someone", "Ring me."),
        (coach, "run", "Faster."),
    ):
        with pytest.raises(verdicts.CannotOverride):
            verdicts.override(verdict, by, outcome, note)
    ada.symptom_reports.create(local_date=TODAY, fever=True, text_version="1")
    flagged = verdicts.refresh(ada, TODAY)
    with pytest.raises(verdicts.CannotOverride):
        verdicts.override(flagged, coach, "hold", "It is nothing.")
    # Nor one that has been superseded.
    with pytest.raises(verdicts.CannotOverride):
        verdicts.override(verdict, coach, "hold", "Late.")


def test_the_database_refuses_what_the_functions_would(ada, walk, today):
    whole = {"owner": ada, "local_date": today, "rules_version": "1", "inputs": {}, "reasons": []}
    Verdict.objects.create(**whole, walk=walk, outcome="hold")
    for impossible in (
        {"walk": walk, "outcome": "hold"},
        {"outcome": "run"},
        {"outcome": "hold", "override_outcome": "lengthen"},
        {
            "outcome": "see_someone",
            "override_outcome": "hold",
            "override_note": "No.",
            "overridden_at": timezone.now(),
        },
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Verdict.objects.create(**{**whole, **impossible})
    for impossible in (
        {"walk": walk, "reading": walk.readings.get(), "spot": "inner"},
        {"spot": "inner"},
        {"walk": walk, "spot": "elbow"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ada.knee_spots.create(local_date=today, knee="L", **impossible)


def test_a_verdict_costs_as_much_for_a_long_log_as_for_a_short_one(
    ada, tuesday, connection_queries
):
    for days_ago in range(3):
        past_walk(ada, days_ago)
    few = connection_queries(lambda: verdicts.gather(ada, TODAY))
    for days_ago in range(3, 200):
        past_walk(ada, days_ago)
    assert connection_queries(lambda: verdicts.gather(ada, TODAY)) == few == 5
