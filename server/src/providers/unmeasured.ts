/** What a profile says of itself before anyone has used it. */
import type { Profile } from "@orchestratex/sdk/contract";

export const unmeasured: Pick<
  Profile,
  "last_health_check" | "over_billed_at" | "retired" | "performance_metrics" | "domain_performance"
> = {
  last_health_check: null,
  over_billed_at: null,
  retired: null,
  performance_metrics: {
    average_response_time: null,
    success_rate: null,
    average_quality_rating: null,
    total_requests: 0,
    total_tokens_processed: 0,
    uptime_percentage: null,
  },
  domain_performance: {},
};
