/** The search of the top bar: resources of every kind in every mesh. */
import Autosuggest, { type AutosuggestProps } from '@cloudscape-design/components/autosuggest'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { search, type SearchResult } from '../access/management.js'
import { useInfo } from '../access/queries.js'
import { KIND_TEXTS } from '../data/kind-texts.js'
import { itemPath } from '../data/paths.js'

const PAUSE_MILLIS = 150
const MOST_RESULTS = 20

export function Search() {
  const navigate = useNavigate()
  const own = useInfo().data?.account
  const [text, setText] = useState('')
  const wanted = useSettled(text.trim())
  const { data, isFetching, isError } = useQuery({
    queryKey: ['search', wanted],
    queryFn: ({ signal }) => search(wanted, MOST_RESULTS, signal),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const results = wanted === '' ? [] : (data?.results ?? [])
  return (
    <Autosuggest
      value={text}
      onChange={({ detail }) => setText(detail.value)}
      onSelect={({ detail }) => {
        const found = results.find(({ arn }) => arn === detail.value)
        setText(found ? '' : detail.value)
        if (found) void navigate(itemPath(found.meshOwner === own ? { ...found, meshOwner: undefined } : found))
      }}
      options={results.map(formatOption)}
      filteringType="manual"
      hideEnteredTextOption
      statusType={isError ? 'error' : isFetching ? 'loading' : 'finished'}
      loadingText="Searching"
      errorText="The search failed"
      empty={wanted === '' ? 'Type a name' : 'No resource has this name'}
      ariaLabel="Search resources of all meshes"
      placeholder="Search"
    />
  )
}

function formatOption({ arn, name, kind, meshName, parentName }: SearchResult): AutosuggestProps.Option {
  const parent = parentName === undefined ? '' : ` of ${parentName}`
  return { value: arn, label: name, description: `${KIND_TEXTS[kind].one}${parent}`, tags: [meshName] }
}

/** `value` once it has stayed the same for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MILLIS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
