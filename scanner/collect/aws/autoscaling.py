"""Auto Scaling: groups, the launch configurations of old ones, and scheduled actions (API 2011-01-01)."""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Read, Span

CALLS = (
    Call(
        Read("autoscaling", "DescribeAutoScalingGroups", page=100),
        (
            Output(
                "autoscaling.group",
                "AutoScalingGroups[]",
                "{AutoScalingGroupARN}",
                # A group's instances come and go, and its capacity with them.
                volatile=("Instances", "DesiredCapacity", "WarmPoolSize", "PredictedCapacity"),
            ),
        ),
        Span.REGION,
    ),
    Call(
        Read("autoscaling", "DescribeLaunchConfigurations", page=100),
        (
            Output(
                "autoscaling.launch_configuration",
                "LaunchConfigurations[]",
                "{LaunchConfigurationARN}",
                conceal=("UserData",),
            ),
        ),
        Span.REGION,
    ),
    Call(
        Read("autoscaling", "DescribeScheduledActions", page=100),
        (
            Output(
                "autoscaling.scheduled_action",
                "ScheduledUpdateGroupActions[]",
                "arn:{partition}:autoscaling:{region}:{account}:scheduledUpdateGroupAction"
                ":autoScalingGroupName/{AutoScalingGroupName}:scheduledActionName/{ScheduledActionName}",
                volatile=("StartTime", "Time"),
            ),
        ),
        Span.REGION,
    ),
)
