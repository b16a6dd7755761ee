/** The split panel of a page: details of what is selected, at the side or below. */
import { createContext, useContext, useEffect, type ReactNode } from 'react'

export interface Panel {
  /** A Cloudscape SplitPanel; undefined shows none. */
  readonly content: ReactNode
  readonly isOpen: boolean
  readonly onToggle: (isOpen: boolean) => void
}

export const PanelContext = createContext<(panel: Panel | undefined) => void>(() => undefined)

/** Shows `panel` for as long as the component is there. `panel` must keep its identity while it says the same (useMemo). */
export function useSplitPanel(panel: Panel | undefined): void {
  const show = useContext(PanelContext)
  useEffect(() => {
    show(panel)
    return () => show(undefined)
  }, [show, panel])
}
