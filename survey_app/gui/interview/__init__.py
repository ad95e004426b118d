"""The interview on the screen: a household is waiting, so every key counts and nothing is lost.

``plan`` cuts a form into sections, people and pages; ``sheet`` is the screen's copy of the session, with the way
through it and the counting; ``card`` shows one question; ``screen`` puts them together and saves each answer.
"""
