/** One thing wrong with a request or a mesh: where (a JSON path such as `spec.listeners[0].healthCheck.port`) and which rule. */
export interface Problem {
  readonly path: string
  readonly message: string
}
