"""AWS identity: who may do what, decided as AWS decides it, in three values.

Small pure modules, from the bottom up: `patterns` (wildcards), `operators`, `variables` and `conditions`
(condition blocks), `statements` and `principals` (policy documents), `callers` (identities and what they
hold), `organization` (SCPs and RCPs), `context` (condition keys), `requests` (what a caller may choose),
`sides` and `decide` (the evaluation order), `levels` (which action gives what), `world` (an estate to be
asked), `graph` (who can become whom).

What is not modelled comes out as UNKNOWN where it is met (an unknown operator or condition key, a
document that was not read). Not met at all, and so not claimed: ACL grants.
"""
