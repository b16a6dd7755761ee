/** What a page shows instead of its data: that it is loading, that it failed, that there is none. */
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { ReactNode } from 'react'
import { AccessError } from '../access/http.js'

export function PageLoading() {
  return (
    <Box padding="xxl" textAlign="center">
      <StatusIndicator type="loading">Loading</StatusIndicator>
    </Box>
  )
}

/** An answer that did not come, why, and a button to ask again. */
export function LoadFailure({
  what,
  error,
  onRetry,
}: {
  /** E.g. `the virtual nodes`. */
  readonly what: string
  readonly error: unknown
  readonly onRetry: () => void
}) {
  return (
    <Alert type="error" header={`Could not load ${what}`} action={<Button onClick={onRetry}>Retry</Button>}>
      {describeError(error)}
    </Alert>
  )
}

/** True when the server says that what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof AccessError && error.status === 404
}

/** The text of an error for people; the exception's name where the API gave one. */
export function describeError(error: unknown): string {
  if (error instanceof AccessError) return error.status === 0 ? error.message : `${error.code}: ${error.message}`
  return error instanceof Error ? error.message : String(error)
}

/** Nothing there: what that means, and what to do about it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <Box margin={{ vertical: 'xs' }} textAlign="center" color="inherit">
      <SpaceBetween size="m">
        <div>
          <b>{title}</b>
          {children !== undefined && (
            <Box variant="p" color="inherit">
              {children}
            </Box>
          )}
        </div>
        {action}
      </SpaceBetween>
    </Box>
  )
}
