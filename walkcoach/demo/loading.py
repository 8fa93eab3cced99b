"""Puts the demo into the database, once and whole."""

from collections import Counter
from datetime import date, datetime, time, timedelta, tzinfo

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from post_office.models import Email

from accounts.models import COACH_GROUP, CoachProfile, User
from articles.lifecycle import revisions
from articles.models import Article, Picture, Topic
from articles.search import vocabulary
from comments import answering, conversation, history, moderation, outcomes
from comments.answer_pages import making
from comments.marks import marking
from comments.marks.whose import Marker
from comments.models import Act, Comment, Outcome, Snippet, Thread
from walking_log import rules, units, verdicts
from walking_log.models import KneeReading, KneeSpot, LifeTick, Plan, SymptomReport, Walk
from walking_log.plans import runs
from walking_log.sharing import grants
from walking_log.summary import freeze, of_readers

from ..models import ArticleAction, ArticleForKnee, AttachedLog
from . import articles, conversations, pages, people, subscribers, walks

SOURCE = "demo:"
PUBLISHED_AT = time(7, 0)
MORNING_MARK_AT, REST_DAY_MARK_AT = time(7, 30), time(20, 0)


@transaction.atomic
def load() -> Counter[str] | None:
    """Write the demo; returns what was made, or None where it stands already.

    It is never mended: what somebody changed or deleted since is theirs. About 2,900 queries, 2 s.
    """
    if Article.objects.filter(source_key__startswith=SOURCE).exists():
        return None
    mails_before = Email.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    made: Counter[str] = Counter()
    accounts = {person.name: _account(person) for person in people.PEOPLE}
    _make_coach(accounts[people.MARIT.name])
    _write_articles(accounts[people.MARIT.name], made)
    pages.lay()
    _talk(accounts, made)
    vocabulary.rebuild()
    ada, ben = accounts[people.ADA.name], accounts[people.BEN.name]
    if _walk(ada, walks.ADAS_WALKS, made):
        _mark_rest_days(ada)
        _say_where_it_hurt(ada)
        _answer(ada)
        _judge(ada)
        _lay_the_program(ada, accounts[people.MARIT.name])
    if _walk(ben, walks.BENS_WALKS, made):
        _judge(ben)
    subscribers.load()
    # What was said long ago was answered by mail long ago.
    Email.objects.filter(pk__gt=mails_before, to__endswith="@example.com").delete()
    return made


def _moment(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, zone)


def _site_moment(days_ago: int, clock: time) -> datetime:
    return _moment(
        timezone.localdate() - timedelta(days=days_ago), clock, timezone.get_default_timezone()
    )


# --- People and articles --------------------------------------------------------------------


def _account(person: people.Person) -> User:
    """Their account, made where it is missing; one that is there stays as it is."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(
            person.email,
            people.PASSWORD,
            display_name=person.name,
            units=person.units,
            time_zone=person.time_zone,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _make_coach(user: User) -> None:
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.add(Group.objects.get(name=COACH_GROUP))
    profile, is_new = CoachProfile.objects.get_or_create(
        user=user, defaults={"name": people.MARIT.name, "line": people.COACH_LINE}
    )
    if is_new:
        with people.PORTRAIT.open("rb") as portrait:
            profile.portrait.save(people.PORTRAIT.name, File(portrait))


def _write_articles(author: User, made: Counter[str]) -> None:
    topics = {
        slug: Topic.objects.get_or_create(
            slug=slug, defaults={"name": name, "description": description}
        )[0]
        for slug, (name, description) in articles.TOPICS.items()
    }
    for written in articles.ARTICLES:
        if Article.objects.filter(slug=written.slug).exists():
            continue  # somebody's own, older than the demo
        article = Article(
            slug=written.slug,
            title=written.title,
            standfirst=written.standfirst,
            body=written.body,
            picture_alt=written.picture_alt,
            author=author,
            source_key=SOURCE + written.slug,
        )
        if written.days_ago is not None:
            article.status = Article.Status.PUBLISHED
            article.published_at = _site_moment(written.days_ago, PUBLISHED_AT)
        if written.reviewed_days_ago is not None:
            article.reviewed_on = timezone.localdate() - timedelta(days=written.reviewed_days_ago)
        with written.picture.open("rb") as picture:
            article.picture = File(picture, name=written.picture.name)
            article.save()
        focal_x, focal_y = written.focus
        shown = Picture.objects.filter(name=article.picture.name)
        shown.update(focal_x=focal_x, focal_y=focal_y)
        article.topics.set(topics[slug] for slug in written.topics)
        revisions.keep(article)
        if article.is_live:
            last_touched = _site_moment(written.reviewed_days_ago or 0, PUBLISHED_AT)
            Article.objects.filter(pk=article.pk).update(
                created_at=article.published_at,
                updated_at=last_touched,
                became_public_at=article.published_at,
            )
        made["articles"] += article.is_live
        made["scheduled"] += article.is_scheduled
        made["drafts"] += article.status == Article.Status.DRAFT


# --- The conversation -----------------------------------------------------------------------


def _talk(accounts: dict[str, User], made: Counter[str]) -> None:
    """Say everything again, in its order, and give it the time at which it was said."""
    said = conversations.everything_said()
    by_slug = Article.objects.in_bulk({one.article for one in said}, field_name="slug")
    writers = {name: conversation.Writer.of(user) for name, user in accounts.items()}
    posted: dict[conversations.Said, Comment] = {}
    for one in said:
        guest = conversation.Writer(one.by, people.email_of_guest(one.by))
        comment, _ = conversation.post(
            by_slug[one.article],
            one.words,
            writers.get(one.by, guest),
            state=_state_when_posted(one),
            reply_to=posted[one.reply_to] if one.reply_to else None,
            is_private="private" in one.marks,
            judgement=_why_held(one),
        )
        at = _site_moment(one.days_ago, time.fromisoformat(one.clock))
        _backdate(comment, at)
        posted[one] = comment
    for one, comment in posted.items():
        thread = Thread.objects.get(pk=comment.thread_id)
        if "removed" in one.marks:
            conversation.remove(comment)
        for number in range(one.helped):
            marking.mark_helpful(comment, Marker(visitor=f"demo-{number}"))
        if one.reported:
            marking.report(comment, Marker(visitor="demo"), reason=one.reported)
        if "pinned" in one.marks:
            conversation.pin(thread, pinned=True)
        if "no answer needed" in one.marks:
            last_word = thread.comments.order_by("-submit_date")[0].submit_date
            Thread.objects.filter(pk=thread.pk).update(
                no_answer_needed_at=last_word + timedelta(hours=1)
            )
    for thread in Thread.objects.filter(pk__in=[comment.pk for comment in posted.values()]):
        conversation.refresh(thread)
        made["threads"] += 1
    _lay_the_desk(accounts[people.MARIT.name], posted)
    for one, comment in posted.items():
        for helped in Outcome.Helped:
            if helped.label.lower() in one.marks:
                _say_how_it_went(Thread.objects.get(pk=comment.thread_id), helped)
    _make_answer_pages(accounts[people.MARIT.name], posted)
    made["comments"] += len(posted)
    made["waiting"] = Thread.objects.waiting().count()


def _state_when_posted(one: conversations.Said) -> Comment.State:
    """A comment that was taken down had been up first: it was replied to."""
    return Comment.State.PUBLISHED if one.state == "removed" else Comment.State(one.state)


def _why_held(one: conversations.Said) -> moderation.Judgement | None:
    if one.state != "held":
        return None
    first = moderation.Judgement(Comment.State.HELD, Comment.HeldBecause.FIRST)
    return moderation.many_links(one.words) or first


def _lay_the_desk(coach: User, posted: dict[conversations.Said, Comment]) -> None:
    """The coach's phrases, an answer begun, and what was done to threads before today."""
    for title, words in people.PHRASES.items():
        Snippet.objects.get_or_create(coach=coach, title=title, defaults={"body": words})
    for one, comment in posted.items():
        if one.by == people.DRAFT_FOR and one.reply_to is None:
            thread = Thread.objects.get(pk=comment.thread_id)
            answering.save_draft(thread, coach, people.DRAFT, reply_to=comment)
        for mark, kind in (("pinned", Act.Kind.PINNED), ("no answer needed", Act.Kind.NO_ANSWER)):
            if mark in one.marks:
                act = history.note(kind, comment, coach)
                Act.objects.filter(pk=act.pk).update(at=comment.submit_date + timedelta(hours=3))


def _lay_the_program(reader: User, coach: User) -> None:
    """Ada's plan, what she shares with Marit, her question with walks, what the log suggests."""
    today = timezone.localdate(timezone=reader.zone)
    began = today - timedelta(days=people.ADAS_STEP_SINCE)
    plan = Plan.objects.get(slug=people.ADAS_PLAN)
    span = runs.choose(reader, plan, began, order=people.ADAS_STEP).spans.get()
    reader.walks.filter(local_date__gte=began).update(step_span=span)
    parts = ["walks", "comfort", "spots"]
    grants.give(reader, coach, parts, grants.DEFAULT_LENGTH)
    question = Comment.objects.filter(user=reader, parent_id=F("pk")).latest("pk")
    AttachedLog.objects.get_or_create(
        thread_id=question.pk,
        defaults={
            "owner": reader,
            "parts": parts,
            "frozen": freeze(of_readers({reader: parts})[reader.pk]),
        },
    )
    by_slug = Article.objects.in_bulk(field_name="slug")
    for slug, verdict, spot, why in people.ARTICLES_FOR_KNEES:
        ArticleForKnee.objects.get_or_create(
            verdict=verdict, spot=spot, defaults={"article": by_slug[slug], "why": why}
        )
    ArticleAction.objects.get_or_create(
        article=by_slug["start-with-six-houses"],
        defaults={"plan": Plan.objects.get(slug="six-houses"), "label": "Start Six houses"},
    )


def _make_answer_pages(coach: User, posted: dict[conversations.Said, Comment]) -> None:
    """Those of PAGES, public already: their askers had their week."""
    for one, comment in posted.items():
        title, part = people.PAGES.get((one.article, one.by), ("", ""))
        if title and one.reply_to is None:
            thread = Thread.objects.select_related("article").get(pk=comment.thread_id)
            page = making.draft_of(thread)
            page.title, page.body_part = title, part
            making.keep(page, coach, thread.article.topics.all())
            making.agree(page)


def _say_how_it_went(thread: Thread, helped: Outcome.Helped) -> None:
    """On the day after they were asked."""
    outcome = outcomes.say(thread, helped, words="", is_shown=True)
    if thread.answered_at is not None:
        the_day_after = thread.answered_at + outcomes.ASK_AFTER + timedelta(days=1)
        outcome.said_at = min(outcome.said_at, the_day_after)
        outcome.save(update_fields=["said_at"])


def _backdate(comment: Comment, at: datetime) -> None:
    comment.submit_date = at
    if comment.arrived_at is not None:
        comment.arrived_at = at
    comment.save(update_fields=["submit_date", "arrived_at"])


# --- The logs -------------------------------------------------------------------------------


def _walk(walker: User, table: str, made: Counter[str]) -> bool:
    """Fill the log of someone who has none; nobody's own walks are mixed with made-up ones."""
    if Walk.with_deleted.filter(owner=walker).exists():
        return False
    today = timezone.localdate(timezone=walker.zone)
    rows = list(walks.read(table))
    walked = Walk.objects.bulk_create(_as_walk(row, walker, today) for row in rows)
    KneeReading.objects.bulk_create(
        reading
        for row, walk in zip(rows, walked, strict=True)
        for reading in _readings(row, walk, walker)
    )
    made["walks"] += len(walked)
    return True


def _as_walk(row: walks.Walked, walker: User, today: date) -> Walk:
    distance = units.parse_distance(row.distance, walker.units)
    hurt_after = row.hurt_after_minutes
    return Walk(
        owner=walker,
        local_date=today - timedelta(days=row.days_ago),
        start_time=time.fromisoformat(row.start),
        duration_s=row.minutes * 60,
        distance_m=distance.metres,
        unit_typed=distance.unit,
        pain_onset_s=None if hurt_after is None else hurt_after * 60,
        never_hurt=hurt_after is None,
        stop_reason=row.stop_reason,
        talk_test=row.talk_test,
        aid=row.aid,
        limped=row.limped,
        notes=row.notes,
    )


def _readings(row: walks.Walked, walk: Walk, walker: User) -> list[KneeReading]:
    setting_out = _moment(walk.local_date, time.fromisoformat(row.start), walker.zone)
    home = setting_out + timedelta(seconds=walk.duration_s)
    next_day = walk.local_date + timedelta(days=1)
    when = {
        KneeReading.Moment.BEFORE: setting_out,
        KneeReading.Moment.WORST: home,
        KneeReading.Moment.AFTER: home,
        KneeReading.Moment.NEXT_MORNING: _moment(next_day, MORNING_MARK_AT, walker.zone),
    }
    return [
        KneeReading(
            owner=walker,
            walk=walk,
            local_date=when[KneeReading.Moment(moment)].date(),
            knee=knee,
            moment=moment,
            comfort=comfort,
            recorded_at=when[KneeReading.Moment(moment)],
        )
        for moment, marks in row.marks.items()
        for knee, comfort in zip(KneeReading.Knee, marks, strict=True)
    ]


def _day(walker: User, days_ago: int) -> date:
    return timezone.localdate(timezone=walker.zone) - timedelta(days=days_ago)


def _say_where_it_hurt(walker: User) -> None:
    """The places of each walk and rest day."""
    walked = {walk.local_date: walk for walk in walker.walks.all()}
    rested = {
        (reading.local_date, reading.knee): reading
        for reading in walker.knee_readings.filter(moment=KneeReading.Moment.REST_DAY)
    }
    for days_ago, knee, place in walks.spots():
        day = _day(walker, days_ago)
        of = {"walk": walked[day]} if day in walked else {"reading": rested[day, knee]}
        KneeSpot.objects.create(owner=walker, local_date=day, knee=knee, spot=place, **of)


def _answer(walker: User) -> None:
    """The red-flag questions, and daily life week by week."""
    for days_ago in walks.ADAS_ANSWERS:
        day = _day(walker, days_ago)
        SymptomReport.objects.create(
            owner=walker,
            local_date=day,
            text_version=rules.FLAGS_TEXT_VERSION,
            recorded_at=_moment(day, REST_DAY_MARK_AT, walker.zone),
        )
    monday = _day(walker, 0) - timedelta(days=_day(walker, 0).weekday())
    for weeks_ago, answers in walks.weeks():
        week = monday - timedelta(weeks=weeks_ago)
        LifeTick.objects.create(
            owner=walker,
            week=week,
            recorded_at=_moment(week + timedelta(days=6), REST_DAY_MARK_AT, walker.zone),
            **dict(zip(LifeTick.Area.values, answers, strict=True)),
        )


def _judge(walker: User) -> None:
    """The verdict of every walk, as the rules would have given it the morning after."""
    today = _day(walker, 0)
    for walk in walker.walks.order_by("local_date", "pk"):
        morning_after = min(walk.local_date + timedelta(days=1), today)
        if verdict := verdicts.refresh(walker, walk.local_date):
            verdict.created_at = _moment(morning_after, MORNING_MARK_AT, walker.zone)
            verdict.save(update_fields=["created_at"])


def _mark_rest_days(walker: User) -> None:
    today = timezone.localdate(timezone=walker.zone)
    for days_ago, *marks in walks.ADAS_REST_DAYS:
        day = today - timedelta(days=days_ago)
        for knee, comfort in zip(KneeReading.Knee, marks, strict=True):
            KneeReading.objects.get_or_create(
                owner=walker,
                local_date=day,
                knee=knee,
                moment=KneeReading.Moment.REST_DAY,
                defaults={
                    "comfort": comfort,
                    "recorded_at": _moment(day, REST_DAY_MARK_AT, walker.zone),
                },
            )
