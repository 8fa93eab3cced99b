"""One page for the doctor or physiotherapist: what was written down, in their own scale."""
