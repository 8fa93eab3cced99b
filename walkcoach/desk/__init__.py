"""The coach's desk: threads that wait for an answer, longest first, answered in place.

It lives in the composition root because it is where questions and the askers' shared walks meet.

    lists.py       which threads there are to see, and what stands on each one's card
    views.py       the pages, answering, drafts and who is at it
    acts.py        what is done to comments and threads, and undoing it
    moving.py      where a comment can go, and sending it there
    snippets.py    phrases to insert
    answer_pages.py  a page of its own for a good answer
    outcomes.py    what askers say became of an answer, and an article made of one
    numbers.py     how many wait, and how long answers take
    walks.py       the asker's shared walks
"""
