# METADATA
# scope: package
# title: No secret stands outside a vault
# description: |
#   No plain setting of a workload, and no script that a machine starts with, holds something that looks like a secret,
#   or is named like one and holds plain text; no parameter that is named like a secret is stored in plain text. Values
#   are classified when they are collected and never kept. One that is only random is not taken for a secret. In
#   production; elsewhere the same habit leaks keys of its own. Azure tells nobody what a machine started with, and
#   the settings of web apps with their values alone, so that those stay undecided.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
#     description: Amazon ECS, pass sensitive data to a container
#   - ref: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
#     description: AWS Lambda, environment variables
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
#     description: Amazon EC2, run commands when you launch an instance
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
#     description: AWS Systems Manager, Parameter Store
#   - ref: https://learn.microsoft.com/azure/container-instances/container-instances-environment-variables
#     description: Azure Container Instances, secure environment variables
#   - ref: https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
#     description: Azure App Service, Key Vault references
# custom:
#   id: KEY-003
#   severity: high
#   rationale: |
#     Whoever may describe a function, a task or a template reads its settings: every developer, every auditor, every
#     scanner. They stand in consoles, in logs of deployments and in the code that made them. A secret there is rotated
#     by nobody, since nobody knows where else it stands.
#   remediation: |
#     Replace the secret, for it is known. Put the new one in Secrets Manager or a SecureString parameter, hand it to
#     the workload by reference (secrets of a container definition) or have the code read it, and take the plain
#     setting away. User data can read a vault with the machine's role. In Azure, keep it in a key vault, and have the
#     managed identity of what runs read it, or refer to it (secretRef, secure values of container groups).
#   requires:
#     - workload.plain_secrets
#     - instance.user_data_secret
#     - node_pool.user_data_secret
#     - secret.secure
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [workload, instance, node_pool, secret], tiers: [production]}
#   checks:
#     settings:
#       title: Its settings hold no secret
#       kinds: [workload]
#       fail: "Plain settings of {name} ({subject}) of {environment} hold secrets: {detail.names}."
#       unknown: "Whether plain settings hold secrets is not known for {subject}."
#     user_data:
#       title: Its start script holds no secret
#       kinds: [instance, node_pool]
#       fail: "The script that {name} ({subject}) of {environment} starts with holds a secret."
#       unknown: "Whether its start script holds a secret is not known for {subject}."
#     parameters:
#       title: It is encrypted if it is a secret
#       kinds: [secret]
#       fail: "Parameter {name} ({subject}) of {environment} is named like a secret and stored in plain text."
#       unknown: "Whether it is a secret in plain text is not known for {subject}."
package rules.key.plain_secrets

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_kinds := {"settings": ["workload"], "user_data": ["instance", "node_pool"], "parameters": ["secret"]}

_reads := {"settings": ["plain_secrets"], "user_data": ["user_data_secret"], "parameters": ["secure"]}

_words := ["password", "passwd", "secret", "token", "api_key", "apikey", "private_key", "access_key", "credential"]

verdicts contains verdict.of(check, item, holds, attrs, detail) if {
	some check, kinds in _kinds
	attrs := _reads[check]
	some kind in kinds
	some item in subject.in_tier(kind, _tiers)
	holds := _clean(check, item)
	detail := {"names": concat(", ", value.items(item, "plain_secrets"))}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, kinds in _kinds
	some kind in kinds
	some scope in subject.unlisted(kind, _tiers)
}

_clean("settings", item) := value.no_more_than(item, "plain_secrets", 0)

# None is said of what a scaling group made: its template tells.
_clean("user_data", item) := value.one_of(item, "user_data_secret", [false, null])

_clean("parameters", item) := logic.any_of([value.is(item, "secure", true), _harmless(item.name)])

_harmless(name) := logic.of(count([word | some word in _words; contains(replace(lower(name), "-", "_"), word)]) == 0)
