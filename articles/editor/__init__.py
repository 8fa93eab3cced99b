"""What helps the coach while an article is written: counts, advice, pictures and links."""
