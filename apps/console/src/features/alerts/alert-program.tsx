/** What happened to the controller's program around an alert; nothing where no section of it was moved. */
import type { ReactNode } from 'react'
import { When } from '../../objects/marks.tsx'
import { Go } from '../../shell/go.tsx'
import { bytes } from '../../ui/format.ts'
import { Section } from '../../ui/page.tsx'
import { useAlertProgram } from './alerts.api.ts'

const MOST = 12

export function ProgramSection({ alert }: { readonly alert: string }): ReactNode {
  const { data } = useAlertProgram(alert)
  if (data === undefined || data.moved === 0) return null
  return (
    <Section title="The controller's program">
      <div className="section-body stack-tight">
        <p>{data.says}</p>
      </div>
      {data.changed.length > 0 && (
        <table className="plain-table">
          <tbody>
            {data.changed
              .slice(0, MOST)
              .map(({ program, section, sectionType, at, how, beforeHow, before, after, bytes: size, isBack, differs }) => (
                <tr key={`${program}${at}`}>
                  <td className="wide">
                    <Go
                      to={`/programs/${program}`}
                      search={{ ...(after !== null && { to: after }), ...(before !== null && { from: before }) }}
                      className="link mono"
                    >
                      {section}
                    </Go>{' '}
                    <span className="second">{sectionType}</span>
                    <p className="second">
                      {differs ?? (how === 'edited' ? `edited while it ran, ${bytes(size)}` : 'the bytes of both versions are not kept')}
                      {isBack && ', back to a content that it had before'}
                      {beforeHow !== null && beforeHow !== how && how === 'loaded' && ', compared with what was read out of it before'}
                    </p>
                  </td>
                  <td>
                    <When at={at} />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
