"""Device support to poor households: who may get a device, in which order, and never twice. No database, no window.

A **programme** is a table an office edits (``programme``). What happens is a set of **records** (``register``), from
which everything follows whatever their order. Households that are one household for a programme are a **family**
(``families``): through splits, lines closed as another line, and people who are counted in both. ``ranking`` puts
programme, forms and records together into the list; ``wording`` says in words why each household stands where it does.
"""
