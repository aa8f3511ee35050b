/** The list of tables. Rows keep the names of the wire. */

import type {
  ChunkEmbeddingsTable,
  CollectionFilesTable,
  CollectionsTable,
  FilesTable,
  ProcessingJobsTable,
  SearchQueriesTable,
  UploadsTable,
  VectorChunksTable,
} from "./tables-files.ts";
import type {
  AiModelProfilesTable,
  AlgorithmMetricsTable,
  AlgorithmVersionsTable,
  ModelUptimeTable,
  ProviderChecksTable,
  RateBlocksTable,
  SystemMetricsTable,
} from "./tables-models.ts";
import type {
  ApiKeysTable,
  ExternalIntegrationsTable,
  IdempotencyKeysTable,
  PersonasTable,
  RefreshTokensTable,
  SchemaMigrationsTable,
  UsersTable,
} from "./tables-people.ts";
import type {
  ConversationThreadsTable,
  CriticismResponsesTable,
  ModelEvaluationsTable,
  ModelResponsesTable,
  ModelSelectionHistoryTable,
  OrchestrationLogsTable,
  ThreadRequestsTable,
  ThreadSharesTable,
  UserSessionsTable,
} from "./tables-threads.ts";

export type Tables = {
  user_sessions: UserSessionsTable;
  conversation_threads: ConversationThreadsTable;
  thread_requests: ThreadRequestsTable;
  thread_shares: ThreadSharesTable;
  model_responses: ModelResponsesTable;
  model_evaluations: ModelEvaluationsTable;
  model_selection_history: ModelSelectionHistoryTable;
  criticism_responses: CriticismResponsesTable;
  orchestration_logs: OrchestrationLogsTable;
  ai_model_profiles: AiModelProfilesTable;
  algorithm_metrics: AlgorithmMetricsTable;
  algorithm_versions: AlgorithmVersionsTable;
  rate_blocks: RateBlocksTable;
  system_metrics: SystemMetricsTable;
  provider_checks: ProviderChecksTable;
  model_uptime: ModelUptimeTable;
  users: UsersTable;
  api_keys: ApiKeysTable;
  refresh_tokens: RefreshTokensTable;
  personas: PersonasTable;
  external_integrations: ExternalIntegrationsTable;
  idempotency_keys: IdempotencyKeysTable;
  schema_migrations: SchemaMigrationsTable;
  files: FilesTable;
  uploads: UploadsTable;
  processing_jobs: ProcessingJobsTable;
  vector_chunks: VectorChunksTable;
  chunk_embeddings: ChunkEmbeddingsTable;
  collections: CollectionsTable;
  collection_files: CollectionFilesTable;
  search_queries: SearchQueriesTable;
};
