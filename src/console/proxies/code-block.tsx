/** Text of a program, to read, search and copy. */
import './proxies.css'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Fragment } from 'react'

interface CodeBlockProps {
  /** What it is, for screen readers and as the name of the file: `bootstrap`. */
  readonly label: string
  readonly text: string
  /** Marked wherever it occurs. */
  readonly find?: string
  /** With it the text can be downloaded. */
  readonly fileName?: string
}

export function CodeBlock({ label, text, find = '', fileName }: CodeBlockProps) {
  return (
    <SpaceBetween size="xs">
      <Box float="right">
        <SpaceBetween size="xs" direction="horizontal">
          <CopyToClipboard
            copyButtonText="Copy"
            textToCopy={text}
            copySuccessText="Copied"
            copyErrorText="Not copied"
            copyButtonAriaLabel={`Copy ${label}`}
          />
          {fileName !== undefined && (
            <Button iconName="download" onClick={() => download(text, fileName)}>
              Download
            </Button>
          )}
        </SpaceBetween>
      </Box>
      {/* Long texts scroll: whoever has no mouse must be able to get there. */}
      <pre className="code-block" tabIndex={0} role="region" aria-label={label}>
        {find === '' ? text : markText(text, find)}
      </pre>
    </SpaceBetween>
  )
}

function markText(text: string, find: string) {
  const pieces = text.split(new RegExp(`(${find.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')})`, 'i'))
  return pieces.map((piece, index) => <Fragment key={index}>{index % 2 === 1 ? <mark>{piece}</mark> : piece}</Fragment>)
}

function download(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
