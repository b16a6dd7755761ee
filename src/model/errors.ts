/** The one table of what the API can answer instead of a result: exception, HTTP status, who is at fault, whether a client should retry. */
import { formatProblems, type Problem } from './problem.js'
import { titleOf, type Kind, type ResourceRef } from './resource.js'

interface ErrorTraits {
  readonly status: number
  readonly fault: 'client' | 'server'
  readonly retryable: boolean
}

/** app-mesh-api.md section 3. UnknownOperationException is the AWS front end's: no operation has this method and path. */
export const ERRORS = {
  BadRequestException: { status: 400, fault: 'client', retryable: false },
  ConflictException: { status: 409, fault: 'client', retryable: false },
  ForbiddenException: { status: 403, fault: 'client', retryable: false },
  InternalServerErrorException: { status: 500, fault: 'server', retryable: true },
  LimitExceededException: { status: 400, fault: 'client', retryable: false },
  NotFoundException: { status: 404, fault: 'client', retryable: false },
  ResourceInUseException: { status: 409, fault: 'client', retryable: false },
  ServiceUnavailableException: { status: 503, fault: 'server', retryable: true },
  TooManyRequestsException: { status: 429, fault: 'client', retryable: true },
  TooManyTagsException: { status: 400, fault: 'client', retryable: false },
  UnknownOperationException: { status: 404, fault: 'client', retryable: false },
} as const satisfies Record<string, ErrorTraits>

export type ErrorCode = keyof typeof ERRORS

/** What an edge throws to answer with an exception of the table. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/** The request breaks a constraint or a rule: the first few problems, one after the other. */
export function badRequest(problems: readonly Problem[]): ApiError {
  return new ApiError('BadRequestException', formatProblems(problems))
}

/** Nothing of this kind and name is there. The real service's text (app-mesh-api.md section 5). */
export function notFound(ref: ResourceRef): ApiError {
  return new ApiError('NotFoundException', `${describe(ref)} is not present ${PLACE[ref.kind](ref)}`)
}

/** A tag operation names an ARN that no resource has. */
export function arnNotFound(arn: string): ApiError {
  return new ApiError('NotFoundException', `No resource with ARN ${arn} is present`)
}

/** A create operation names a resource that exists already, under another client token. */
export function alreadyExists(ref: ResourceRef): ApiError {
  return new ApiError('ConflictException', `${describe(ref)} already exists ${PLACE[ref.kind](ref)}`)
}

/** A client token comes back with a request that differs from its first one. */
export function tokenReused(clientToken: string): ApiError {
  return new ApiError(
    'ConflictException',
    `clientToken ${clientToken} was already used for a request with other content`,
  )
}

/** A deletion is refused; `reason` is the text of references.ts `checkDeletion`. */
export function resourceInUse(reason: string): ApiError {
  return new ApiError('ResourceInUseException', reason)
}

/** A quota is used up, e.g. `limitExceeded('backends per virtual node', 50)`. */
export function limitExceeded(what: string, limit: number): ApiError {
  return new ApiError('LimitExceededException', `The limit of ${limit} ${what} is reached`)
}

/** Adding the tags would leave a resource with more than it may have. */
export function tooManyTags(limit: number): ApiError {
  return new ApiError('TooManyTagsException', `A resource can have at most ${limit} tags`)
}

/** The caller may see the resource but not do this to it. */
export function forbidden(ref: ResourceRef, action: string, reason: string): ApiError {
  return new ApiError('ForbiddenException', `${describe(ref)} cannot be ${action}: ${reason}`)
}

function describe(ref: ResourceRef): string {
  return `${titleOf(ref.kind)} with name ${ref.name}`
}

const inMesh = (ref: ResourceRef): string => `under mesh ${ref.meshName} for account ${ref.meshOwner}`

const PLACE: Record<Kind, (ref: ResourceRef) => string> = {
  mesh: (ref) => `for account ${ref.meshOwner}`,
  virtualNode: inMesh,
  virtualRouter: inMesh,
  virtualService: inMesh,
  virtualGateway: inMesh,
  route: (ref) => `under virtual router ${ref.parentName ?? ''} ${inMesh(ref)}`,
  gatewayRoute: (ref) => `under virtual gateway ${ref.parentName ?? ''} ${inMesh(ref)}`,
}
