/** What is behind a thread, in pages: oldest first, so that what comes while it grows is on a later page. */
import type {
  EvaluationsQuery,
  ModelEvaluation,
  ModelResponse,
  ResponsesQuery,
  Revision,
  RevisionsQuery,
  Selection,
  SelectionsQuery,
} from "@orchestratex/sdk/contract";
import type { Database } from "./database.ts";
import { beyond, is, type PageOf, pageOf } from "./pages.ts";
import { evaluationRows, responseOf, responseRows, revisionRows, selectionRows, withMoney } from "./thread-detail.ts";

export const pageOfResponses = async (
  database: Database,
  threadId: string,
  { limit, cursor, iteration, role, status, model_name }: ResponsesQuery,
): Promise<PageOf<ModelResponse>> => {
  const rows = await responseRows(database, threadId)
    .where(is("iteration_number", iteration))
    .where(is("role", role))
    .where(is("status", status))
    .where(is("model_name", model_name))
    .where(beyond("timestamp", "id", cursor))
    .orderBy("timestamp")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, placeOf, responseOf);
};

export const pageOfEvaluations = async (
  database: Database,
  threadId: string,
  { limit, cursor, iteration, evaluator_model, evaluated_response_id }: EvaluationsQuery,
): Promise<PageOf<ModelEvaluation>> => {
  const rows = await evaluationRows(database, threadId)
    .where(is("iteration_number", iteration))
    .where(is("evaluator_model", evaluator_model))
    .where(is("evaluated_response_id", evaluated_response_id))
    .where(beyond("timestamp", "id", cursor))
    .orderBy("timestamp")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, placeOf, withMoney);
};

export const pageOfSelections = async (
  database: Database,
  threadId: string,
  { limit, cursor, iteration, phase }: SelectionsQuery,
): Promise<PageOf<Selection>> => {
  const rows = await selectionRows(database, threadId)
    .where(is("iteration_number", iteration))
    .where(is("selection_phase", phase))
    .where(beyond("timestamp", "id", cursor))
    .orderBy("timestamp")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, placeOf, (row) => row);
};

export const pageOfRevisions = async (
  database: Database,
  threadId: string,
  { limit, cursor, iteration }: RevisionsQuery,
): Promise<PageOf<Revision>> => {
  const rows = await revisionRows(database, threadId)
    .where(is("iteration_number", iteration))
    .where(beyond("timestamp", "id", cursor))
    .orderBy("timestamp")
    .orderBy("id")
    .limit(limit + 1)
    .execute();
  return pageOf(rows, limit, placeOf, withMoney);
};

const placeOf = ({ timestamp, id }: { timestamp: string; id: string }) => ({ at: timestamp, id });
