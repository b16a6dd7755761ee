/** The tabs that every resource has, and those of what Envoys stand for. */
import type { TabsProps } from '@cloudscape-design/components/tabs'
import type { Kind } from '../../model/resource.js'
import './details.css'
import { ResourceChanges } from './changes.js'
import { Configuration } from './configuration.js'
import { EffectiveDefaults } from './defaults.js'
import type { Detail } from './detail-page.js'
import { ConnectedEnvoys } from './envoys.js'
import { GeneratedEnvoyConfig } from './generated.js'
import { RelatedResources } from './related.js'
import { Source } from './source.js'
import { Tags } from './tags.js'

export function configurationTab<K extends Kind>(detail: Detail<K>): TabsProps.Tab {
  return { id: 'configuration', label: 'Configuration', content: <Configuration {...detail} /> }
}

export function defaultsTab({ place }: Detail<Kind>): TabsProps.Tab {
  return { id: 'defaults', label: 'Effective defaults', content: <EffectiveDefaults place={place} /> }
}

/** Of virtual nodes and gateways. */
export function envoyTabs({ place, resource }: Detail<Kind>): TabsProps.Tab[] {
  return [
    { id: 'envoys', label: 'Connected Envoys', content: <ConnectedEnvoys place={place} arn={resource.arn} /> },
    { id: 'generated', label: 'Generated Envoy config', content: <GeneratedEnvoyConfig place={place} /> },
  ]
}

export function relatedTab<K extends Kind>(detail: Detail<K>): TabsProps.Tab {
  return { id: 'related', label: 'Related resources', content: <RelatedResources {...detail} /> }
}

export function recordTabs({ place, resource }: Detail<Kind>): TabsProps.Tab[] {
  return [
    { id: 'tags', label: 'Tags', content: <Tags place={place} arn={resource.arn} /> },
    { id: 'source', label: 'JSON/YAML', content: <Source place={place} version={resource.version} /> },
    { id: 'history', label: 'History', content: <ResourceChanges place={place} /> },
  ]
}
