/** Sections of a controller's program, the latest change first. Nothing where no section of it was seen. */
import type { ReactNode } from 'react'
import { When } from '../../objects/marks.tsx'
import { Go } from '../../shell/go.tsx'
import { bytes, count, plural } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { useProgramsOf } from './assets.api.ts'
import { lastChange } from './assets.view.ts'

const MOST = 20

export function ProgramOf({ asset }: { readonly asset: string }): ReactNode {
  const list = useProgramsOf(asset)
  if (list.query.data !== undefined && list.items.length === 0) return null
  const rows = list.items.map((section) => ({ section, ...lastChange(section) })).sort((a, b) => b.at.localeCompare(a.at))
  const changed = rows.filter((row) => row.contents > 1).length
  const all = `${plural(list.items.length, 'section')}${list.query.hasNextPage ? ' and more' : ''}`
  return (
    <Section title="Program" aside={list.query.data && (changed === 0 ? `${all} seen` : `${count(changed)} of ${all} changed`)}>
      <Loaded value={list.query} skeleton={<SkeletonRows rows={4} widths={[40, 30]} />}>
        {() => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>Section</th>
                  <th>Last change</th>
                  <th>By</th>
                  <th className="num">Versions</th>
                  <th className="num">Size</th>
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, MOST).map(({ section, at, by, contents, size }) => (
                  <tr key={section.id}>
                    <td className="wide">
                      <Go to={`/programs/${section.id}`} className="link mono">
                        {section.section}
                      </Go>{' '}
                      <span className="second">{section.sectionType}</span>
                    </td>
                    <td>{contents > 1 ? <When at={at} /> : <span className="quiet">none seen</span>}</td>
                    <td className="mono">{by}</td>
                    <td className="num">{count(contents)}</td>
                    <td className="num nowrap">{bytes(size)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {rows.length > MOST && <p className="section-body second">and {count(rows.length - MOST)} more sections</p>}
          </div>
        )}
      </Loaded>
    </Section>
  )
}
