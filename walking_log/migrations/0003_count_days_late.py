"""How many days late each reading was said that was written before the log kept count."""

from zoneinfo import ZoneInfo, available_timezones

from django.db import migrations

AT_A_TIME = 2000


def count(apps, schema_editor):
    """By the reader's calendar. Bounded memory; only those that were late are written."""
    KneeReading = apps.get_model("walking_log", "KneeReading")
    zones = available_timezones()
    late = []
    for reading in KneeReading.objects.select_related("owner").iterator(chunk_size=AT_A_TIME):
        name = reading.owner.time_zone
        zone = ZoneInfo(name if name in zones else "UTC")
        said_on = reading.recorded_at.astimezone(zone).date()
        if (days := (said_on - reading.local_date).days) > 0:
            reading.days_late = days
            late.append(reading)
        if len(late) >= AT_A_TIME:
            KneeReading.objects.bulk_update(late, ["days_late"])
            late.clear()
    KneeReading.objects.bulk_update(late, ["days_late"])


class Migration(migrations.Migration):
    dependencies = [("walking_log", "0002_ask_after_every_knee")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
