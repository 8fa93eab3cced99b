"""The charts of a reader's log, worked out as geometry; templates draw them.

Pure: no database, no clock, no markup. `overview` reads the log and calls these; what comes out
goes to `templates/walking_log/charts/`. Each module is one chart: `before_pain` (how many minutes
until it hurt), `month` (a calendar), `minutes` (walked each week), `comfort`, `spots` (where it
hurt) and `pace` (on like walks); `axes` is what they share.

Places are percentages of the drawing, so that the words in it keep their size however wide it is
drawn. Every chart has a title, a description that says what a person would see, and a table of
every value. None of them makes a claim: they say what was written down.
"""
