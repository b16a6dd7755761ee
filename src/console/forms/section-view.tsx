/** One section of a form: a container, folded while it is optional and empty. */
import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import { useState } from 'react'
import { below, valueAt, type Draft } from '../data/draft.js'
import type { Section } from '../data/form/field.js'
import { placesOf } from '../data/form/places.js'
import { renderFields } from './field-list.js'
import { useForm } from './use-form.js'

export function SectionView({ section }: { readonly section: Section }) {
  const { draft, problemAt } = useForm()
  const [isOpen, setOpen] = useState(() => hasContent(section, draft))
  const fields = renderFields(section.fields, section.base, 'column')
  if (!section.optional) {
    return (
      <Container header={<Header {...headerProps(section)}>{section.title}</Header>} data-section={section.title}>
        {fields}
      </Container>
    )
  }
  // What is wrong must not hide in a folded section.
  const isBroken = placesOf(section.fields, section.base, draft).some(({ path }) => problemAt(path) !== '')
  return (
    <ExpandableSection
      variant="container"
      headerText={
        <span>
          {section.title} <i>- optional</i>
        </span>
      }
      {...(section.description !== undefined && { headerDescription: section.description })}
      expanded={isOpen || isBroken}
      onChange={({ detail }) => setOpen(detail.expanded)}
      data-section={section.title}
    >
      {fields}
    </ExpandableSection>
  )
}

function headerProps({ description }: Section): { variant: 'h2'; description?: string } {
  return { variant: 'h2', ...(description !== undefined && { description }) }
}

function hasContent({ fields, base }: Section, draft: Draft): boolean {
  return fields.some(({ path }) => valueAt(draft, below(base, path)) !== undefined)
}
