/** The nine collections as the origin describes them: names of fields (an object's own fields are inside its column) and indexes. */
const fields = (names: string) => names.trim().split(/\s+/);

export const collections = {
  user_sessions: fields(`user_id session_start session_end max_iterations status total_cost user_satisfaction settings
    created_at updated_at`),
  conversation_threads: fields(`session_id original_prompt processed_prompt domain complexity_level estimated_difficulty
    language context current_iteration max_iterations_reached best_model_id best_response_id thread_status failure_reason
    final_response final_quality_score user_accepted total_models_involved total_tokens_used total_cost total_time_spent
    created_at updated_at completed_at`),
  ai_model_profiles:
    fields(`model_name provider model_version specialties supported_languages max_context_length strengths
    weaknesses best_use_cases api_endpoint api_key_required cost_per_input_token cost_per_output_token rate_limits is_active
    is_available last_health_check performance_metrics created_at updated_at`),
  model_responses: fields(`thread_id session_id iteration_number model_name role response_type response_text prompt_sent
    context_provided parent_response_id criticism_addressed response_time tokens_used cost confidence_score self_assessment
    is_selected_best selection_score status error_message timestamp processing_duration`),
  model_evaluations:
    fields(`thread_id session_id evaluated_response_id evaluator_model iteration_number evaluation_criteria
    overall_score scoring_weights criticism_text positive_aspects suggested_improvements alternative_approaches
    evaluator_confidence evaluator_speciality_match evaluation_prompt_used evaluation_time tokens_used cost timestamp`),
  model_selection_history:
    fields(`thread_id session_id iteration_number selection_phase algorithm_version selection_strategy
    candidates_considered selected_model selection_confidence runner_up_model selection_margin primary_selection_factors
    override_reasons selection_success actual_performance selection_accuracy_score timestamp selection_time`),
  criticism_responses: fields(`thread_id session_id original_response_id criticism_evaluation_ids responding_model
    iteration_number acknowledgment disagreement clarifications specific_improvements revised_answer explanation_of_changes
    confidence_in_revision rebuttal_points alternative_interpretations criticism_processing_time response_generation_time
    total_tokens_used cost improvement_score addresses_criticism maintains_strengths timestamp`),
  orchestration_logs: fields(`session_id thread_id log_level component event_type message details error_stack
    iteration_number model_involved processing_time memory_usage active_requests queue_length timestamp`),
  algorithm_metrics: fields(`metric_date time_period total_sessions successful_sessions failed_sessions
    average_session_duration total_threads average_iterations_per_thread max_iterations_reached_count
    early_termination_count model_usage_stats domain_performance cost_efficiency quality_metrics system_health`),
};

export const indexes: readonly (readonly [table: string, columns: string])[] = [
  ["user_sessions", "user_id, session_start desc nulls last"],
  ["user_sessions", "status, created_at desc nulls last"],
  ["conversation_threads", "session_id, created_at desc nulls last"],
  ["conversation_threads", "domain, thread_status"],
  ["conversation_threads", "best_model_id, final_quality_score desc nulls last"],
  ["model_responses", "thread_id, iteration_number"],
  ["model_responses", 'model_name, "timestamp" desc nulls last'],
  ["model_responses", "is_selected_best, selection_score desc nulls last"],
  ["model_evaluations", "thread_id, iteration_number"],
  ["model_evaluations", "evaluator_model, overall_score desc nulls last"],
  ["model_evaluations", "evaluated_response_id"],
  ["model_selection_history", "thread_id, iteration_number"],
  ["model_selection_history", "selected_model, selection_success"],
  ["criticism_responses", "thread_id, iteration_number"],
  ["criticism_responses", "original_response_id"],
];
