"""The nightly run at a fixed time of the practice's day."""

from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.defs import JOB
from orchestration.settings import Settings


def nightly_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """Daily at ``schedule_time`` in the practice's zone. The as-of date is the planned day, however late it
    starts.
    """

    @dg.schedule(
        job_name=JOB,
        name="nightly_schedule",
        cron_schedule=settings.cron_schedule,
        execution_timezone=settings.time_zone,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        as_of = context.scheduled_execution_time.astimezone(ZoneInfo(settings.time_zone)).date().isoformat()
        return dg.RunRequest(
            run_key=as_of, run_config={"resources": {"nightly_run": {"config": {"as_of": as_of}}}}
        )

    return schedule
