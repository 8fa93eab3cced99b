"""The free report: uploaded by the coach, asked for by an address, fetched by a mailed link."""

import shutil
import threading
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from fpdf import FPDF
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from accounts.erasure import erase
from articles.subscribing import reports, tokens
from articles.subscribing.models import Report, ReportRequest, Subscriber

from .conftest import link_in

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/report/add/"


def a_pdf(act=lambda writer: None, **encrypt) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="Walk to the sixth house", link="https://walk.example/")
    writer = PdfWriter(BytesIO(bytes(pdf.output())))
    act(writer)
    if encrypt:
        writer.encrypt(**encrypt)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def opens_with_a_script(writer: PdfWriter) -> None:
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(
        DictionaryObject({NameObject(key): value for key, value in action.items()})
    )


def form(content: bytes, **fields):
    return {
        "title": "Six weeks",
        "slug": "six-weeks",
        "line": "A page a week.",
        "is_offered": "on",
        "file": SimpleUploadedFile("six weeks.pdf", content, "application/pdf"),
        **fields,
    }


@pytest.fixture(autouse=True)
def folder(settings):
    yield settings.REPORTS_ROOT
    shutil.rmtree(settings.REPORTS_ROOT, ignore_errors=True)


@pytest.fixture
def report(as_coach):
    assert as_coach.post(ADD, form(a_pdf())).status_code == 302
    return Report.objects.get()


def ask(client, report, **more):
    return client.post(report.get_absolute_url(), {"email": "rewa@example.org", **more})


@pytest.fixture
def link(client, report, mailoutbox):
    """The page that a reader's mail leads to."""
    assert ask(client, report).status_code == 303
    return link_in(mailoutbox[-1], "by-mail")


def fetch(client, link):
    """Press the button; `file` is what came of it, b"" where that is a page."""
    response = client.post(link, {"act": "fetch"})
    response.file = b""
    if response.streaming:
        response.file = b"".join(response)
    return response


# --- Uploading ------------------------------------------------------------------------------


def test_the_coach_uploads_a_pdf_that_no_address_leads_to(report, folder, client):
    assert (report.pages, report.size) == (1, len(a_pdf()))
    [path] = folder.iterdir()
    for address in (
        f"/media/{path.name}",
        f"/reports/{path.name}",
        f"/media/../reports/{path.name}",
    ):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>%PDF-1.7 %%EOF", "not a PDF"),
        (b"%PDF-1.7\nhello\n%%EOF", "not a PDF"),
        (a_pdf()[:-40], "not a PDF"),
        (a_pdf(opens_with_a_script), "a script"),
        (a_pdf(lambda writer: writer.add_attachment("x.exe", b"MZ")), "a file inside it"),
        (a_pdf(user_password="x"), "asks for a password"),
        (b"%PDF-1.7" + b"x" * (10 * 1024 * 1024) + b"%%EOF", "Keep it under"),
    ],
    ids=["html", "empty", "cut", "script", "attachment", "password", "large"],
)
def test_what_is_no_plain_pdf_is_refused_in_words(as_coach, content, words):
    page = as_coach.post(ADD, form(content)).content.decode()
    assert words in page
    assert not Report.objects.exists()


def test_another_file_takes_the_place_of_the_first(as_coach, report, folder, client, link):
    other = a_pdf() + b"\n%%EOF\n"
    change = f"/admin/articles/report/{report.pk}/change/"
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert as_coach.post(change, form(other)).status_code == 302
    assert [path.read_bytes() for path in folder.iterdir()] == [other]

    client.post(link, {"act": "confirm"})
    assert fetch(client, link).file == other


# --- Asking and fetching --------------------------------------------------------------------


def test_a_report_stands_at_the_end_of_articles_on_its_topics(
    as_coach, report, client, article, knees
):
    assert report.title in client.get(article.get_absolute_url()).content.decode()
    report.topics.add(knees)
    article.save()
    assert report.title not in client.get(article.get_absolute_url()).content.decode()
    article.topics.add(knees)
    article.save()
    page = client.get(article.get_absolute_url()).content.decode()
    assert report.title in page and report.get_absolute_url() in page


def test_a_reader_gets_it_by_a_press_on_the_page_of_a_mailed_link(client, report, link):
    for _scanner in range(3):
        assert "Was it you" in client.get(link).content.decode()
    assert fetch(client, link).headers["Content-Type"].startswith("text/html")  # not confirmed yet

    page = client.post(link, {"act": "confirm"}, follow=True).content.decode()
    assert "Download it" in page
    response = fetch(client, link)
    assert response.file.startswith(b"%PDF-")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="six-weeks.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    assert ReportRequest.objects.get().downloads == 1
    assert not Subscriber.objects.exists()


def test_new_articles_come_only_to_those_who_say_so_twice(client, report, mailoutbox):
    assert "checked" not in client.get(report.get_absolute_url()).content.decode()
    ask(client, report, wants_articles="on")
    link = link_in(mailoutbox[-1], "by-mail")
    page = client.get(link).content.decode()
    assert "until I stop it" in page and "The report alone" in page
    client.post(link, {"act": "confirm_with_articles"})
    assert Subscriber.objects.get().is_active and Subscriber.objects.get().consents.count() == 1


def test_who_wants_the_report_alone_gets_it(client, report, mailoutbox):
    ask(client, report, wants_articles="on")
    link = link_in(mailoutbox[-1], "by-mail")
    client.post(link, {"act": "confirm"})
    assert not Subscriber.objects.exists() and fetch(client, link).file


def test_a_link_grows_old_and_another_can_be_had(client, link, mailoutbox):
    client.post(link, {"act": "confirm"})
    with time_machine.travel(timezone.now() + reports.LINK_WORKS_FOR + timedelta(minutes=1)):
        assert fetch(client, link).status_code == 410
        page = client.get(link)
        assert page.status_code == 410 and "Mail me a new link" in page.content.decode()
        assert client.post(link, {"act": "again"}).status_code == 303
        assert fetch(client, link_in(mailoutbox[-1], "by-mail")).file
    assert len(mailoutbox) == 2


def test_a_link_on_a_forum_is_soon_used_up(client, link):
    client.post(link, {"act": "confirm"})
    statuses = [fetch(client, link).status_code for _ in range(reports.DOWNLOADS_PER_LINK + 2)]
    assert statuses == [200] * reports.DOWNLOADS_PER_LINK + [410, 410]


def test_a_report_that_is_not_offered_rests(client, report, link):
    Report.objects.update(is_offered=False)
    assert client.get(report.get_absolute_url()).status_code == 404
    assert fetch(client, link).status_code == client.get(link).status_code == 410


def test_asking_is_limited_and_gives_the_address_back(client, report, mailoutbox):
    answers = [ask(client, report) for _ in range(4)]
    assert [a.status_code for a in answers] == [303, 303, 303, 429]
    assert 'value="rewa@example.org"' in answers[-1].content.decode()
    assert len(mailoutbox) == 3 and ReportRequest.objects.count() == 1


def test_addresses_are_forgotten_and_numbers_stay(client, report, link, ada):
    client.post(link, {"act": "confirm"})
    fetch(client, link)
    with time_machine.travel(timezone.now() + reports.FORGET_ADDRESS_AFTER + timedelta(days=1)):
        reports.prune()
    [request] = ReportRequest.objects.all()
    assert request.email == "" and request.downloads == 1
    assert client.get(link).status_code == 410

    client.post(report.get_absolute_url(), {"email": ada.email})
    erase(ada)
    assert not ReportRequest.objects.exclude(email="").exists()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_cannot_share_the_last_download(report):
    request = ReportRequest.objects.create(
        report=report,
        email="rewa@example.org",
        confirmed_at=timezone.now(),
        downloads_of_link=reports.DOWNLOADS_PER_LINK - 1,
    )
    got = []

    def press():
        got.append(reports.count_download(tokens.request_of(tokens.to_report(request))))
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(got) == [False, False, False, True]
