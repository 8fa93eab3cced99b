"""What readers say of a comment without writing one: that it helped, or that something is wrong."""
