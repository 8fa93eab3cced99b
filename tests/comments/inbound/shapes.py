"""Replies as real mail programs write them, made here in words of our own.

Each shape is a whole message: how the program marks what it quotes, how it wraps, encodes and
signs. `SHAPES` maps its name to the message and to what the person wrote.
"""

import base64
import quopri
from dataclasses import dataclass

OURS = "Walkcoach <coach@walk.example>"
NOTIFICATION = """\
Marit, the coach, wrote in your thread under “Start with six houses”:

Yes: three houses, twice a day.

Then rest – one day. Does it hurt on the stairs?

Read it on the page, or reply:
http://testserver/comments/42/

Walkcoach

Stop mails about this thread:
http://testserver/comments/unsubscribe/Mw:1xAbCd:abcdefghijklmnop/

Stop mails about all threads:
http://testserver/comments/preferences/Mw:1xAbCd:abcdefghijklmnop/stop/
"""
NOTIFICATION_HTML = """\
<p>Marit, the coach, wrote in your thread under “Start with six houses”:</p>
<p>Yes: three houses, twice a day.</p><p>Then rest – one day. Does it hurt on the stairs?</p>
<p><a href="http://testserver/comments/42/">Read it on the page, or reply</a></p>
<p><a href="http://testserver/comments/unsubscribe/Mw:1xAbCd:abc/">Stop mails about this
thread</a></p>"""


@dataclass(frozen=True)
class Shape:
    message: bytes
    written: str


SHAPES: dict[str, Shape] = {}


def shape(name: str, written: str, message: bytes) -> None:
    assert name not in SHAPES
    SHAPES[name] = Shape(message, written)


def quoted(text: str = NOTIFICATION, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}".rstrip() + "\n" for line in text.splitlines())


def part(
    text: str,
    subtype: str = "plain",
    *,
    charset: str = "utf-8",
    encoding: str = "8bit",
    params: str = "",
) -> bytes:
    """A part's headers and body; `encoding` is "8bit", "quoted-printable" or "base64"."""
    body = text.encode(charset)
    if encoding == "quoted-printable":
        body = quopri.encodestring(body)
    elif encoding == "base64":
        body = base64.encodebytes(body)
    head = (
        f'Content-Type: text/{subtype}; charset="{charset}"{params}\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def multipart(*parts: bytes, subtype: str = "alternative", boundary: str = "=_b1") -> bytes:
    line = f"\r\n--{boundary}".encode()
    body = b"".join(line + b"\r\n" + each for each in parts)
    return (
        f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
        + body
        + line
        + b"--\r\n"
    )


def mail(body: bytes, *, headers: str = "") -> bytes:
    return (
        "From: Rewa <rewa@example.org>\r\n"
        "To: Walkcoach <reply+token@walk.example>\r\n"
        "Subject: Re: Marit answered\r\n"
        "Date: Fri, 27 Nov 2026 09:12:00 +0100\r\n"
        "Message-ID: <shape@example.org>\r\n"
        "MIME-Version: 1.0\r\n"
        f"{headers}"
    ).encode() + body


def blockquote(html: str = NOTIFICATION_HTML, attributes: str = 'type="cite"') -> str:
    return f"<blockquote {attributes}>{html}</blockquote>"


# --- Gmail ----------------------------------------------------------------------------------

_gmail = "On Fri, 27 Nov 2026 at 09:12, Walkcoach <coach@walk.example> wrote:\r\n\r\n" + quoted()
shape(
    "Gmail on the web, answer on top",
    "Thank you, three houses it is.\n\nOnly going down hurts.",
    mail(
        multipart(
            part("Thank you, three houses it is.\n\nOnly going down hurts.\n\n" + _gmail),
            part(
                '<div dir="ltr">Thank you, three houses it is.<div><br></div>'
                "<div>Only going down hurts.</div></div><br>"
                '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
                'On Fri, 27 Nov 2026 at 09:12, Walkcoach &lt;<a href="mailto:coach@walk.example">'
                "coach@walk.example</a>&gt; wrote:<br></div>"
                + blockquote(attributes='class="gmail_quote"')
                + "</div>",
                "html",
            ),
        )
    ),
)
shape(
    "Gmail, the line above the quote wrapped, with a signature",
    "I will try.",
    mail(
        part(
            "I will try.\n\n-- \nRewa Ngata\nWellington\n\n"
            "On Fri, 27 Nov 2026 at 09:12, Walkcoach of the Long and Winding Hill\n"
            "<coach@walk.example> wrote:\n\n" + quoted()
        )
    ),
)
shape(
    "Gmail, answers between the quoted lines",
    "Hello Marit,\n\nTwice a day is too much for me.\n\nOnly going down.\n\nRewa",
    mail(
        part(
            "Hello Marit,\n\nOn Fri, 27 Nov 2026 at 09:12, Walkcoach <coach@walk.example>\n"
            "wrote:\n\n> Marit, the coach, wrote in your thread:\n>\n"
            "> Yes: three houses, twice a day.\n>\n\nTwice a day is too much for me.\n\n\n"
            "> Then rest – one day. Does it hurt on the stairs?\n>\n\nOnly going down.\n\n"
            "> Read it on the page, or reply:\n> http://testserver/comments/42/\n\nRewa\n"
        )
    ),
)
shape(
    "Gmail in French, quoted-printable",
    "Merci beaucoup, ça m’aide déjà.",
    mail(
        part(
            "Merci beaucoup, ça m’aide déjà.\n\n"
            "Le ven. 27 nov. 2026 à 09:12, Walkcoach <coach@walk.example> a écrit :\n\n" + quoted(),
            encoding="quoted-printable",
        )
    ),
)
shape(
    "Gmail in Spanish, HTML alone",
    "Gracias, lo intento mañana.\n¿Y la escalera?",
    mail(
        part(
            '<div dir="ltr">Gracias, lo intento mañana.<div>¿Y la escalera?</div></div><br>'
            '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">El vie, 27 nov 2026 a las '
            '9:12, Walkcoach (&lt;<a href="mailto:coach@walk.example">coach@walk.example</a>&gt;) '
            "escribió:<br></div>" + blockquote(attributes='class="gmail_quote"') + "</div>",
            "html",
            encoding="quoted-printable",
        )
    ),
)
shape(
    "Gmail, HTML alone, answers between the quoted lines",
    "Three is fine.\n\nOnly going down.",
    mail(
        part(
            '<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Fri, 27 '
            "Nov 2026 at 09:12, Walkcoach &lt;coach@walk.example&gt; wrote:<br></div>"
            + blockquote("<p>Yes: three houses, twice a day.</p>", 'class="gmail_quote"')
            + "<div>Three is fine.</div><br>"
            + blockquote("<p>Does it hurt on the stairs?</p>", 'class="gmail_quote"')
            + "<div>Only going down.</div></div></div>",
            "html",
        )
    ),
)
shape(
    "Gmail in Hebrew, right to left",
    "תודה רבה, זה עוזר לי מאוד.",
    mail(
        part(
            "תודה רבה, זה עוזר לי מאוד.\n\n"
            "\u200fבתאריך יום ו׳, 27 בנוב׳ 2026 ב-9:12 מאת \u202aWalkcoach\u202c\u200f "
            "<\u202acoach@walk.example\u202c\u200f>:\u202c\n\n" + quoted(),
            encoding="base64",
        )
    ),
)
shape(
    "Gmail in Arabic, HTML alone",
    "شكرا جزيلا، سأحاول غدا.",
    mail(
        part(
            '<div dir="rtl">شكرا جزيلا، سأحاول غدا.</div><br><div class="gmail_quote">'
            '<div dir="rtl" class="gmail_attr">في الجمعة، 27 نوفمبر 2026 في 9:12 ص تمت كتابة ما '
            "يلي بواسطة Walkcoach &lt;coach@walk.example&gt;:<br></div>"
            + blockquote(attributes='class="gmail_quote"')
            + "</div>",
            "html",
            encoding="base64",
        )
    ),
)

# --- Apple ----------------------------------------------------------------------------------

shape(
    "Apple Mail, format=flowed",
    "Thank you. I walked to the third house this morning and it felt better than it has "
    "for weeks, so I will stay with it.\n\nRewa",
    mail(
        part(
            "Thank you. I walked to the third house this morning and it felt \nbetter than it has "
            "for weeks, so I will stay with it.\n\nRewa\n\n"
            "> On 27 Nov 2026, at 09:12, Walkcoach <coach@walk.example> wrote:\n> \n" + quoted(),
            params="; format=flowed",
        )
    ),
)
shape(
    "Apple Mail on an iPhone",
    "Yes it does",
    mail(
        multipart(
            part(
                "Yes it does\n\nSent from my iPhone\n\n"
                "> On 27 Nov 2026, at 09:12, Walkcoach <coach@walk.example> wrote:\n> \n"
                + quoted(),
                encoding="quoted-printable",
            ),
            part(
                '<html><body dir="auto">Yes it does<br><br><div dir="ltr">Sent from my iPhone</div>'
                f'<div dir="ltr"><br>{blockquote()}</div></body></html>',
                "html",
            ),
        )
    ),
)
shape(
    "Apple Mail on an iPhone in German, answer below the quote",
    "Nur abwärts. Vielen Dank!",
    mail(
        part(
            "\n> Am 27.11.2026 um 09:12 schrieb Walkcoach <coach@walk.example>:\n> \n"
            + quoted()
            + "\nNur abwärts. Vielen Dank!\n\nVon meinem iPhone gesendet\n",
            encoding="quoted-printable",
        )
    ),
)

# --- Outlook --------------------------------------------------------------------------------

_outlook_head = (
    "From: Walkcoach <coach@walk.example>\nSent: Friday, November 27, 2026 9:12 AM\n"
    "To: Rewa <rewa@example.org>\nSubject: Marit answered under “Start with six houses”\n\n"
)
shape(
    "Outlook on the desktop, nothing marked, windows-1252",
    "Thanks – it’s better.\n\nCan I add a house?",
    mail(
        part(
            "Thanks – it’s better.\n\nCan I add a house?\n\n" + _outlook_head + NOTIFICATION,
            charset="windows-1252",
            encoding="quoted-printable",
        )
    ),
)
shape(
    "Outlook on the desktop in German",
    "Danke, ich versuche es.\n\nMit freundlichen Grüßen\nRewa",
    mail(
        part(
            "Danke, ich versuche es.\n\nMit freundlichen Grüßen\nRewa\n\n"
            "-----Ursprüngliche Nachricht-----\n"
            "Von: Walkcoach <coach@walk.example> \nGesendet: Freitag, 27. November 2026 09:12\n"
            "An: Rewa <rewa@example.org>\nBetreff: Marit answered\n\n" + NOTIFICATION,
            encoding="base64",
        )
    ),
)
shape(
    "Outlook on the web, HTML alone",
    "I did it twice.\nNo pain.",
    mail(
        part(
            '<div class="elementToProof">I did it twice.</div>'
            '<div class="elementToProof">No pain.</div><div id="appendonsend"></div>'
            '<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr">'
            "<b>From:</b> Walkcoach &lt;coach@walk.example&gt;<br>"
            "<b>Sent:</b> Friday, November 27, 2026 9:12 AM<br><b>To:</b> Rewa<br>"
            f"<b>Subject:</b> Marit answered<div>&nbsp;</div></div>{NOTIFICATION_HTML}",
            "html",
        )
    ),
)
shape(
    "Outlook on a phone",
    "Only on the way down.",
    mail(
        part(
            "Only on the way down.\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>\n"
            "________________________________\n" + _outlook_head + NOTIFICATION
        )
    ),
)
shape(
    "Outlook on the desktop in French, HTML alone",
    "Bonjour,\n\nÇa va mieux.",
    mail(
        part(
            '<div class="WordSection1"><p class="MsoNormal">Bonjour,</p>'
            '<p class="MsoNormal">&nbsp;</p><p class="MsoNormal">Ça va mieux.</p>'
            '<p class="MsoNormal">&nbsp;</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;'
            'padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De&nbsp;:</b> Walkcoach '
            "&lt;coach@walk.example&gt;<br><b>Envoyé&nbsp;:</b> vendredi 27 novembre 2026 09:12<br>"
            "<b>À&nbsp;:</b> Rewa<br><b>Objet&nbsp;:</b> Marit answered</p></div>"
            f"{NOTIFICATION_HTML}</div>",
            "html",
            charset="windows-1252",
            encoding="quoted-printable",
        )
    ),
)

# --- Others ---------------------------------------------------------------------------------

shape(
    "Thunderbird, answer below the quote",
    "Only on the way down.\n\nRewa",
    mail(
        part(
            "On 27/11/2026 09:12, Walkcoach wrote:\n"
            + quoted()
            + "\nOnly on the way down.\n\nRewa\n\n-- \nRewa Ngata, +64 4 555 0100\n",
            params="; format=flowed",
        )
    ),
)
shape(
    "Thunderbird in Norwegian, answers between the quoted lines",
    "Ja, det går fint.\n\nBare nedover.",
    mail(
        part(
            "Den 27.11.2026 09:12, skrev Walkcoach:\n> Yes: three houses, twice a day.\n"
            "Ja, det går fint.\n\n> Does it hurt on the stairs?\nBare nedover.\n\n"
        )
    ),
)
shape(
    "Yahoo on the web",
    "Thank you!\nI will go slowly.",
    mail(
        multipart(
            part(
                " Thank you!\nI will go slowly.\n\n"
                "    On Friday, November 27, 2026 at 09:12:00 AM GMT+1, Walkcoach "
                "<coach@walk.example> wrote:  \n \n " + NOTIFICATION.replace("\n", "\n ")
            ),
            part("<div>Thank you!</div><div>I will go slowly.</div>", "html"),
        )
    ),
)
shape(
    "Yahoo on a phone, HTML alone",
    "Thank you!",
    mail(
        part(
            'Thank you!<br><br><a href="https://mail.onelink.me/x">Sent from Yahoo Mail on '
            'Android</a><br><blockquote style="margin:0 0 20px 0"><div>On Fri, 27 Nov 2026 at 9:12,'
            f" Walkcoach</div><div>&lt;coach@walk.example&gt; wrote:</div>{NOTIFICATION_HTML}"
            "</blockquote>",
            "html",
        )
    ),
)
shape(
    "K-9 and Thunderbird on Android",
    "Going down, yes.",
    mail(
        part(
            "Going down, yes.\n\nOn 27 November 2026 09:12:00 CET, Walkcoach "
            "<coach@walk.example> wrote:\n"
            + quoted(mark=">")
            + "\n-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.\n"
        )
    ),
)
shape(
    "Proton Mail",
    "Going down only.",
    mail(
        part(
            "Going down only.\n\nSent with [Proton Mail](https://proton.me/mail/home) secure email."
            "\n\nOn Friday, November 27th, 2026 at 09:12, Walkcoach <coach@walk.example> wrote:\n\n"
            + quoted()
        )
    ),
)
shape(
    "Samsung's mail program, in Dutch",
    "Alleen naar beneden.",
    mail(
        part(
            "Alleen naar beneden.\n\nVerstuurd vanaf mijn Galaxy\n\n"
            "-------- Oorspronkelijk bericht --------\n"
            "Van: Walkcoach <coach@walk.example>\nDatum: 27-11-2026 09:12 (GMT+01:00)\n"
            "Aan: Rewa <rewa@example.org>\nOnderwerp: Marit answered\n\n" + NOTIFICATION
        )
    ),
)
shape(
    "A program nobody has heard of, in Finnish, marking nothing",
    "Kiitos, kokeilen huomenna.",
    mail(
        part(
            "Kiitos, kokeilen huomenna.\n\n"
            "Walkcoach (coach@walk.example) kirjoitti pe 27. marrask. 2026 klo 9.12:\n\n"
            "—— Write your reply above this line ——\n\n" + NOTIFICATION
        )
    ),
)
shape(
    "Mutt, answers between the quoted lines, with a list",
    "- three houses\n- then a rest\n\nFrom: here it gets steep, so to speak.",
    mail(
        part(
            "* Walkcoach <coach@walk.example> [2026-11-27 09:12]:\n"
            "> Yes: three houses, twice a day.\n\n- three houses\n- then a rest\n\n"
            "> Does it hurt on the stairs?\n\nFrom: here it gets steep, so to speak.\n"
        )
    ),
)
shape(
    "Nothing quoted, thanks in the middle",
    "Thanks,\n\nthat helped. One more question: may I swim?\n\nBest regards,\nRewa",
    mail(part("Thanks,\n\nthat helped. One more question: may I swim?\n\nBest regards,\nRewa\n")),
)
