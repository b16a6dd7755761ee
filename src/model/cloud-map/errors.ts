/** What the Cloud Map API answers instead of a result; every one of them with HTTP status 400 (cloud-map-api.md section 9). */
import { formatProblems, type Problem } from '../problem.js'

export type CloudMapErrorCode =
  | 'CustomHealthNotFound'
  | 'DuplicateRequest'
  | 'InstanceNotFound'
  | 'InvalidInput'
  | 'NamespaceAlreadyExists'
  | 'NamespaceNotFound'
  | 'OperationNotFound'
  | 'RequestLimitExceeded'
  | 'ResourceInUse'
  | 'ResourceLimitExceeded'
  | 'ResourceNotFoundException'
  | 'ServiceAlreadyExists'
  | 'ServiceAttributesLimitExceededException'
  | 'ServiceNotFound'
  | 'TooManyTagsException'
  | 'SerializationException'
  | 'UnknownOperationException'

/** What the Cloud Map room throws. `members` are those that the exception has beside its message. */
export class CloudMapError extends Error {
  override readonly name = 'CloudMapError'
  readonly code: CloudMapErrorCode
  readonly members: Readonly<Record<string, string | undefined>>

  constructor(code: CloudMapErrorCode, message: string, members: CloudMapError['members'] = {}) {
    super(message)
    this.code = code
    this.members = members
  }
}

/** The request breaks a constraint or a rule: the first few problems. */
export function invalidInput(problems: readonly Problem[]): CloudMapError {
  return new CloudMapError('InvalidInput', formatProblems(problems))
}

export function namespaceNotFound(name: string): CloudMapError {
  return new CloudMapError('NamespaceNotFound', `There is no namespace ${name}`)
}

export function serviceNotFound(name: string): CloudMapError {
  return new CloudMapError('ServiceNotFound', `There is no service ${name}`)
}

export function instanceNotFound(id: string, service: string): CloudMapError {
  return new CloudMapError('InstanceNotFound', `Service ${service} has no instance ${id}`)
}

export function resourceNotFound(arn: string): CloudMapError {
  return new CloudMapError('ResourceNotFoundException', `There is no resource with ARN ${arn}`)
}

/** A quota is used up, e.g. `limitExceeded('namespaces per account', 50)`. */
export function limitExceeded(what: string, limit: number): CloudMapError {
  return new CloudMapError('ResourceLimitExceeded', `The limit of ${limit} ${what} is reached`)
}
