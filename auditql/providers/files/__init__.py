"""Records out of files: exports of auditql, pages of the API, and what is like them."""
