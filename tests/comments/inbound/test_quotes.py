"""Each mail cut to what the person wrote: real shapes, and texts that only look like quotes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.inbound import parse, quotes
from comments.inbound.address import MARKER

from .shapes import NOTIFICATION, SHAPES, mail, part, quoted

OURS = ["coach@walk.example", "http://testserver/comments/unsubscribe/"]


def cut(message: bytes) -> str:
    return quotes.written(parse.read_content(message).text, OURS)


@pytest.mark.parametrize("name", SHAPES)
def test_a_reply_is_cut_to_what_the_person_wrote(name):
    assert cut(SHAPES[name].message) == SHAPES[name].written


def test_there_are_twenty_shapes_in_many_languages():
    assert len(SHAPES) >= 20


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_of_our_own_mail_comes_back(name):
    """Its foot holds links that would let any reader of the page stop somebody's mails."""
    for words in ("unsubscribe", "preferences", "walk.example", "twice a day."):
        assert words not in cut(SHAPES[name].message)


@pytest.mark.parametrize(
    "words",
    [
        "On Monday my physio wrote:\n\nthree houses, then rest",
        "Date: Monday\nFrom: home\nTo: the park and back\n\nand no pain at all",
        "From: the gate\n\nTo: the church",
        "> 5 minutes and it hurts"[2:],
        "I walk:\n- two houses\n- three houses\n\n- then home",
        "Thanks,\n\nthat helped",
        "Best regards to your dog. One more thing: may I swim?",
        "Sent from my doctor was a letter, and it says in so many words that I may walk as far as "
        "I like, so long as the knee is quiet the morning after.",
        "Sent from the top of the hill: it works!",
        "Sent with my stick in hand, I went on.",
        "iPhone says three kilometres.",
        "从我的膝盖开始说吧。",
        "Von meinem Knie kann ich nur Gutes sagen.",
        "It hurts here:\n10:30 on the stairs",
        "--\nnot a signature"[3:],
    ],
)
def test_words_that_only_look_like_a_quote_or_a_signature_stay(words):
    assert quotes.written(words) == words


@pytest.mark.parametrize(
    "footer",
    [
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Sent from Mail for Windows",
        "Sent from Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from Yahoo Mail on Android",
        "Sent from the all new AOL app for Android",
        "Get Outlook for Android<https://aka.ms/AAb9ysg>",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.",
        "Envoyé de mon iPhone",
        "Télécharger Outlook pour Android",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPad",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone’a",
        "Отправлено с iPhone",
        "أُرسلت من الـ iPhone",
        "נשלח מה-iPhone שלי",
        "iPhoneから送信",
        "从我的 iPhone 发送",
        "발신: 나의 iPhone"[4:],
    ],
)
def test_what_a_phone_signs_with_is_not_the_persons(footer):
    assert quotes.written(f"Twice.\n\n{footer}\n\n{quoted()}") == "Twice."


FIELDS = {
    "Portuguese": ("De", "Enviado", "Para", "Assunto"),
    "Italian": ("Da", "Inviato", "A", "Oggetto"),
    "Norwegian": ("Fra", "Sendt", "Til", "Emne"),
    "Finnish": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "Polish": ("Od", "Wysłano", "Do", "Temat"),
    "Czech": ("Od", "Odesláno", "Komu", "Předmět"),
    "Turkish": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "Russian": ("От", "Отправлено", "Кому", "Тема"),
    "Greek": ("Από", "Στάλθηκε", "Προς", "Θέμα"),
    "Japanese": ("差出人", "送信日時", "宛先", "件名"),
    "Chinese": ("发件人", "发送时间", "收件人", "主题"),
    "Hebrew": ("מאת", "נשלח", "אל", "נושא"),
}


@pytest.mark.parametrize("language", FIELDS)
@pytest.mark.parametrize("rule", ["", "_" * 32, "-----Xyzzy plugh-----"])
def test_outlooks_header_ends_the_words_in_any_language(language, rule):
    values = ("Marit <marit@walk.example>", "27.11.2026 9:12", "Rewa", "Marit answered")
    header = "\n".join(f"{f}: {v}" for f, v in zip(FIELDS[language], values, strict=True))
    text = f"Twice a day.\n\nRewa\n\n{rule}\n{header}\n\n{NOTIFICATION}"
    assert quotes.written(text) == "Twice a day.\n\nRewa"


@pytest.mark.parametrize(
    "introduction",
    [
        "pt., 27 lis 2026 o 09:12 Walkcoach <coach@walk.example> napisał(a):",
        "Den fre 27 nov. 2026 kl 09:12 skrev Walkcoach <coach@walk.example>:",
        "Il giorno ven 27 nov 2026 alle ore 09:12 Walkcoach <coach@walk.example> ha\nscritto:",
        "Em sex., 27 de nov. de 2026 às 09:12, Walkcoach <coach@walk.example>\nescreveu:",
        "27 Kas 2026 Cum, saat 09:12 tarihinde Walkcoach <coach@walk.example>\nşunu yazdı:",
        "пт, 27 нояб. 2026 г. в 09:12, Walkcoach <coach@walk.example>:",
        "2026年11月27日(金) 9:12 Walkcoach <coach@walk.example>:",
        "Walkcoach <coach@walk.example> 于2026年11月27日周五 09:12写道：",
        "2026년 11월 27일 (금) 오전 9:12, Walkcoach <coach@walk.example>님이 작성:",
        "Στις Παρ 27 Νοε 2026 στις 9:12 π.μ., Walkcoach <coach@walk.example> έγραψε:",
    ],
)
def test_the_line_above_a_quote_goes_with_it_in_any_language(introduction):
    assert quotes.written(f"Twice.\n\n{introduction}\n\n{quoted()}\nBelow.") == "Twice.\n\nBelow."


def test_a_signature_ends_where_a_quote_begins():
    text = f"Twice.\n-- \nRewa Ngata\n\n{quoted()}\nAnd below."
    assert quotes.written(text) == "Twice.\n\nAnd below."


def test_a_quote_that_no_program_marked_ends_at_our_own_line():
    text = f"Yes.\n\nXyzzy plugh coach@walk.example:\n\n{MARKER}\n\n{NOTIFICATION}"
    assert quotes.written(text, OURS) == "Yes."


def test_an_answer_below_our_marked_line_is_kept():
    text = f"At 10:30 Walkcoach wrote:\n> {MARKER}\n{quoted()}\nBelow it all."
    assert quotes.written(text, OURS) == "Below it all."


def test_a_line_with_one_of_our_secret_links_is_never_theirs():
    text = "Look:\nhttp://testserver/comments/unsubscribe/Mw:1x/\nthat one"
    assert quotes.written(text, OURS) == "Look:\nthat one"


def test_nothing_but_a_quote_is_nothing():
    assert cut(mail(part("\n\nOn 27 Nov 2026 at 09:12, Walkcoach <a@b> wrote:\n" + quoted()))) == ""


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("one \ntwo", "one two"),
        ("> one \n> two\nthree", "> one two\nthree"),
        ("one\n-- \nname", "one\n-- \nname"),
        (" From here \n on", "From here on"),
    ],
)
def test_flowed_lines_are_joined_again(flowed, text):
    assert quotes.unflow(flowed) == text


def test_delsp_takes_the_space_with_it():
    assert quotes.unflow("東京 \n都", delete_space=True) == "東京都"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("> -:@\nOnwrote2From:Subject_"), max_size=300))
def test_any_text_is_cut_to_lines_of_its_own(text):
    lines = {" ".join(line.split()) for line in text.split("\n")}
    for line in quotes.written(text).split("\n"):
        assert " ".join(line.split()) in lines | {""}


@settings(deadline=None)
@given(st.text(max_size=300))
def test_html_of_any_kind_has_a_text(html):
    assert isinstance(quotes.text_of_html(f"<p>{html}<blockquote>{html}"), str)
