"""A good question with the coach's answer as a page of its own, when its asker does not mind."""
