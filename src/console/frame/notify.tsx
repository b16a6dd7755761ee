/** Notifications: results of what somebody asked for, shown above every page until they are dismissed. */
import type { FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'

export interface Notice {
  readonly type: 'success' | 'info' | 'warning' | 'error' | 'in-progress'
  readonly header?: ReactNode
  readonly content?: ReactNode
  readonly action?: ReactNode
  /** One with the id of an earlier one takes its place: in-progress, then success. */
  readonly id?: string
}

export interface Notify {
  /** Shows a notice, and gives its id. */
  (notice: Notice): string
  readonly dismiss: (id: string) => void
}

const NotifyContext = createContext<Notify | undefined>(undefined)
const NoticesContext = createContext<readonly FlashbarProps.MessageDefinition[]>([])

let nextId = 1

export function NotifyProvider({ children }: { readonly children: ReactNode }) {
  const [notices, setNotices] = useState<readonly (Notice & { id: string })[]>([])
  const dismiss = useCallback((id: string) => setNotices((shown) => shown.filter((each) => each.id !== id)), [])
  const notify = useMemo(() => {
    const show = (notice: Notice): string => {
      const id = notice.id ?? `notice-${nextId++}`
      setNotices((shown) => [{ ...notice, id }, ...shown.filter((each) => each.id !== id)])
      return id
    }
    return Object.assign(show, { dismiss })
  }, [dismiss])
  const items = useMemo(() => notices.map((notice) => formatNotice(notice, dismiss)), [notices, dismiss])
  return (
    <NotifyContext value={notify}>
      <NoticesContext value={items}>{children}</NoticesContext>
    </NotifyContext>
  )
}

/** `notify({ type: 'success', content: '…' })`. */
export function useNotify(): Notify {
  const notify = useContext(NotifyContext)
  if (!notify) throw new Error('no notifications around this component')
  return notify
}

/** What is shown now, for the Flashbar of the frame. */
export function useNotices(): readonly FlashbarProps.MessageDefinition[] {
  return useContext(NoticesContext)
}

function formatNotice(
  { type, id, ...texts }: Notice & { readonly id: string },
  dismiss: (id: string) => void,
): FlashbarProps.MessageDefinition {
  return {
    ...texts,
    id,
    type,
    loading: type === 'in-progress',
    dismissible: type !== 'in-progress',
    onDismiss: () => dismiss(id),
    dismissLabel: 'Dismiss this message',
    ariaRole: type === 'error' ? 'alert' : 'status',
  }
}
