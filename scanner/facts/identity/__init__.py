"""AWS identity: who may do what, decided as AWS decides it, in three values.

Small pure modules, from the bottom up: `patterns` (wildcards), `conditions` and `context` (condition
keys), `statements` and `principals` (policy documents), `callers` (identities and what they hold),
`guardrails` (SCPs and RCPs), `decide` (the evaluation order), `graph` (who can become whom).

What is not modelled comes out as UNKNOWN where it is met (an unknown operator or condition key, a
document that was not read). Not met at all, and so not claimed: session policies, S3 access points
and ACL grants, KMS key policies, and federated (SAML, OIDC) sign-in.
"""
