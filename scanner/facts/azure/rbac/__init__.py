"""Effective access in Azure: roles, what is assigned, what is denied, who stands for whom, and what follows.

https://learn.microsoft.com/azure/role-based-access-control/overview: rights add up over all assignments at a
scope and above it; what a role leaves out (``notActions``) is denied to nobody; deny assignments win.
"""
