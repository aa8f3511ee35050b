/** A thread's page: its head, course, answer and what can be done with it. */
export const thread = {
  "thread.parts": "Parts of this thread",
  "thread.answer": "Answer",
  "thread.debate": "Debate",
  "thread.critiques": "Critiques",
  "thread.versions": "Versions",
  "thread.cost": "Cost",
  "thread.log": "Log",
} as const;
