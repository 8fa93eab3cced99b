"""The index of what a search finds, and the database's own full-text index of it.

Its rows are made by the worker (search.vocabulary.keep_house) or `manage.py index_for_search`.
"""

import django.db.models.deletion
from django.db import migrations, models

# An index without a copy of the words; triggers keep it in step (https://sqlite.org/fts5.html,
# "External Content Tables"). Words come folded and cut to their stems, so no tokenizer does it.
SQLITE = [
    """
    CREATE VIRTUAL TABLE articles_search_fts USING fts5(
        kind, title, topics, words, content='articles_searchdocument', content_rowid='id',
        tokenize='unicode61 remove_diacritics 0', prefix='3 4'
    )
    """,
    """
    CREATE TRIGGER articles_search_insert AFTER INSERT ON articles_searchdocument BEGIN
        INSERT INTO articles_search_fts (rowid, kind, title, topics, words)
        VALUES (new.id, new.kind, new.title, new.topics, new.words);
    END
    """,
    """
    CREATE TRIGGER articles_search_delete AFTER DELETE ON articles_searchdocument BEGIN
        INSERT INTO articles_search_fts (articles_search_fts, rowid, kind, title, topics, words)
        VALUES ('delete', old.id, old.kind, old.title, old.topics, old.words);
    END
    """,
    """
    CREATE TRIGGER articles_search_update AFTER UPDATE ON articles_searchdocument
    WHEN (old.title, old.topics, old.words) IS NOT (new.title, new.topics, new.words) BEGIN
        INSERT INTO articles_search_fts (articles_search_fts, rowid, kind, title, topics, words)
        VALUES ('delete', old.id, old.kind, old.title, old.topics, old.words);
        INSERT INTO articles_search_fts (rowid, kind, title, topics, words)
        VALUES (new.id, new.kind, new.title, new.topics, new.words);
    END
    """,
]
SQLITE_UNDONE = [
    "DROP TRIGGER articles_search_insert",
    "DROP TRIGGER articles_search_delete",
    "DROP TRIGGER articles_search_update",
    "DROP TABLE articles_search_fts",
]
# "simple" cuts and leaves out nothing, for the same reason.
POSTGRESQL = [
    """
    ALTER TABLE articles_searchdocument ADD COLUMN vector tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title), 'A')
        || setweight(to_tsvector('simple', topics), 'B')
        || setweight(to_tsvector('simple', words), 'D')
    ) STORED
    """,
    "CREATE INDEX articles_search_vector ON articles_searchdocument USING gin (vector)",
]
POSTGRESQL_UNDONE = ["ALTER TABLE articles_searchdocument DROP COLUMN vector"]


def index(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in POSTGRESQL_UNDONE if is_postgresql else SQLITE_UNDONE:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_lay_pages_and_series'),
    ]

    operations = [
        migrations.CreateModel(
            name='Vocabulary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rules', models.PositiveIntegerField(default=0)),
                ('counted_at', models.DateTimeField(null=True)),
                ('documents', models.PositiveIntegerField(default=0)),
                ('words', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='vocabulary_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='SearchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('key', models.PositiveBigIntegerField()),
                ('group', models.PositiveBigIntegerField()),
                ('findable_from', models.DateTimeField(null=True)),
                ('weight', models.FloatField(default=1)),
                ('title', models.TextField(blank=True)),
                ('topics', models.TextField(blank=True)),
                ('words', models.TextField(blank=True)),
                ('spellings', models.TextField(blank=True)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'group'], name='search_document_group')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='search_document_once')],
            },
        ),
        migrations.RunPython(index, drop_index),
    ]
