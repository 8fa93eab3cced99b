"""The library of pictures: what articles show, described once, and made in every size it is needed.

models       a row for each stored picture; how one is taken in
use          where pictures are used; other parts register theirs by one line
renditions   which sizes, crops and formats a picture comes in, and how one is made
making       what the worker does: one file at a time, then the tidying
shown        the HTML that shows a picture
open_graph   the picture that stands beside a shared link
"""
