"""Pages beside the articles: about the coach, favourite books, a disclaimer, a way to write."""
