/** Asks before a page with changes that are not saved is left. */
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useCallback, useEffect, useRef, type ReactNode } from 'react'
import { useBlocker } from 'react-router'

export interface LeaveGuard {
  /** The dialog, while somebody is asked. */
  readonly dialog: ReactNode
  /** Lets the next step through: everything is saved, or given up. */
  readonly release: () => void
}

export function useLeaveGuard(isDirty: boolean): LeaveGuard {
  const isReleased = useRef(false)
  const blocker = useBlocker(
    useCallback(
      ({ currentLocation, nextLocation }: Locations) =>
        isDirty && !isReleased.current && currentLocation.pathname !== nextLocation.pathname,
      [isDirty],
    ),
  )
  useEffect(() => {
    if (!isDirty) return undefined
    const warn = (event: BeforeUnloadEvent): void => {
      if (!isReleased.current) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isDirty])
  const release = useCallback(() => {
    isReleased.current = true
  }, [])
  const isAsking = blocker.state === 'blocked'
  const dialog = (
    <Modal
      visible={isAsking}
      header="Leave page?"
      closeAriaLabel="Stay on this page"
      onDismiss={() => blocker.reset?.()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => blocker.reset?.()}>
              Stay
            </Button>
            <Button variant="primary" onClick={() => blocker.proceed?.()}>
              Leave
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      Changes that you made are not saved. They are lost when you leave this page.
    </Modal>
  )
  return { dialog: isAsking ? dialog : null, release }
}

interface Locations {
  readonly currentLocation: { readonly pathname: string }
  readonly nextLocation: { readonly pathname: string }
}
