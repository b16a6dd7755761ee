/**
 * One thing wrong with a request or a mesh: where (a JSON path such as `spec.listeners[0].healthCheck.port`) and which rule.
 * A message that starts in lower case goes on from the path (`must be between 1 and 65535`); one that starts with a capital is a sentence
 * of its own (App Mesh's real texts are).
 */
export interface Problem {
  readonly path: string
  readonly message: string
}

/** The problem as one line of text. */
export function formatProblem({ path, message }: Problem): string {
  return path === '' || /^\p{Lu}/u.test(message) ? message : `${path} ${message}`
}

/** The first `limit` problems as one line of text, and whether there are more: how many is not said, because checks stop early. */
export function formatProblems(problems: readonly Problem[], limit = 5): string {
  const listed = problems.slice(0, limit).map(formatProblem).join('; ')
  return problems.length > limit ? `${listed}; and more` : listed
}
