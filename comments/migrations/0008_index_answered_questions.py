"""The words of answered questions, and the database's own full-text index of them."""

import django.db.models.deletion
from django.db import migrations, models

# Of public threads alone, as `comments.similar.keep_in_step` will keep it from now on.
FILL = """
    INSERT INTO comments_answeredquestion (thread_id, words)
    SELECT thread.root_id, substr(words.comment, 1, 5000)
    FROM comments_thread AS thread
    JOIN comments_comment AS root ON root.xtdcomment_ptr_id = thread.root_id
    JOIN django_comments AS words ON words.id = thread.root_id
    WHERE thread.is_public AND thread.answered_at IS NOT NULL AND root.state = 'published'
"""

# An index without a copy of the words; triggers keep it in step (https://sqlite.org/fts5.html,
# "External Content Tables"). The Porter stemmer finds "knee" in "knees".
SQLITE = [
    """
    CREATE VIRTUAL TABLE comments_answered_fts USING fts5(
        words, content='comments_answeredquestion', content_rowid='thread_id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER comments_answered_insert AFTER INSERT ON comments_answeredquestion BEGIN
        INSERT INTO comments_answered_fts (rowid, words) VALUES (new.thread_id, new.words);
    END
    """,
    """
    CREATE TRIGGER comments_answered_delete AFTER DELETE ON comments_answeredquestion BEGIN
        INSERT INTO comments_answered_fts (comments_answered_fts, rowid, words)
        VALUES ('delete', old.thread_id, old.words);
    END
    """,
    """
    CREATE TRIGGER comments_answered_update AFTER UPDATE ON comments_answeredquestion BEGIN
        INSERT INTO comments_answered_fts (comments_answered_fts, rowid, words)
        VALUES ('delete', old.thread_id, old.words);
        INSERT INTO comments_answered_fts (rowid, words) VALUES (new.thread_id, new.words);
    END
    """,
]
SQLITE_UNDONE = [
    "DROP TRIGGER comments_answered_insert",
    "DROP TRIGGER comments_answered_delete",
    "DROP TRIGGER comments_answered_update",
    "DROP TABLE comments_answered_fts",
]
POSTGRESQL = [
    "CREATE INDEX comments_answered_fts ON comments_answeredquestion"
    " USING gin (to_tsvector('english', words))"
]
POSTGRESQL_UNDONE = ["DROP INDEX comments_answered_fts"]


def index(apps, schema_editor):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in [*statements, FILL]:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_UNDONE if is_postgresql else SQLITE_UNDONE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0007_ask_for_other_opinions"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnsweredQuestion",
            fields=[
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="comments.thread",
                    ),
                ),
                ("words", models.TextField()),
            ],
        ),
        migrations.RunPython(index, drop_index),
    ]
