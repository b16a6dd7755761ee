/** Fastify without its schema compilers: TypeBox does their work, and loading Ajv would be a good part of every start. */

/** For Fastify's option `schemaController`. A route with a schema of Fastify's kind makes it throw. */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } }

function refuse(): never {
  throw new Error("routes have no schemas of Fastify's kind here: see http/input.ts")
}
