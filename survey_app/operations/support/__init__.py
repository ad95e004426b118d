"""Device support in a store: programmes, the list, what is decided, what is delivered, the papers.

The list is worked out anew from what the forms say now (``survey_app.support``); every decision is a record with who
and when (``register``). Names and reasons are for supervisors only; each look is written into the log.
"""
