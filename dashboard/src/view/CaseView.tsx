import { useLayoutEffect, useRef } from 'preact/hooks';
import { tacticSteps } from '../data/attack';
import type { Case } from '../data/report';
import { counted, duration, shortName, span } from '../data/text';
import { LIST_ADDRESS } from '../route';
import { EventList } from './EventList';
import { Findings } from './Findings';
import { LogText } from './LogText';
import { useShown } from './More';
import { VerdictPill } from './Verdict';

const LIST_FIRST = 4;
const LIST_STEP = 50;

function TextList({ texts }: { texts: readonly string[] }) {
  const { shown, showMore } = useShown(LIST_FIRST, LIST_STEP);
  if (texts.length === 0) return <>–</>;
  return (
    <ul class="plain">
      {texts.slice(0, shown).map((text) => <li key={text}><LogText text={text} max={200} /></li>)}
      {texts.length > shown && <li><button type="button" class="link" onClick={showMore}>and {texts.length - shown} more</button></li>}
    </ul>
  );
}

function Facts({ item }: { item: Case }) {
  const fact = (name: string, value: preact.ComponentChildren, kind = '') => (
    <div class={kind}><dt>{name}</dt><dd>{value}</dd></div>
  );
  return (
    <dl class="facts">
      {fact('Actor', <><LogText text={shortName(item.actor)} />{shortName(item.actor) !== item.actor && <span class="arn"><LogText text={item.actor} /></span>}</>)}
      {fact('Account', <LogText text={item.account || '–'} />)}
      {fact('When', <>{span(item.first, item.last)} <span class="muted length">({duration(item.first, item.last)})</span></>)}
      {fact('Events', counted(item.events, 'event'))}
      {fact(item.source_ips.length === 1 ? 'Source address' : 'Source addresses', <TextList texts={item.source_ips} />)}
      {fact(item.regions.length === 1 ? 'Region' : 'Regions', <TextList texts={item.regions} />)}
      {fact(item.user_agents.length === 1 ? 'User agent' : 'User agents', <TextList texts={item.user_agents} />, 'wide')}
    </dl>
  );
}

function TacticStrip({ item }: { item: Case }) {
  return (
    <section class="card attack" aria-labelledby="attack-title">
      <h2 id="attack-title">ATT&amp;CK tactics</h2>
      <ol class="strip">
        {tacticSteps(item.tactics).map(({ id, name, present }) => (
          <li key={id} class={present ? 'present' : ''}>
            <LogText text={name} max={40} />
            <span class="hidden">{present ? ': seen' : ': not seen'}</span>
          </li>
        ))}
      </ol>
      {item.techniques.length > 0 && (
        <p class="techniques">
          <span class="muted">Techniques</span>{' '}
          {item.techniques.map((id) => <span key={id} class="mono technique"><LogText text={id} max={40} /></span>)}
        </p>
      )}
    </section>
  );
}

/** One case, from what happened down to the raw events. */
export function CaseView({ item }: { item: Case }) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus({ preventScroll: true }), []);
  return (
    <main class="case">
      <nav><a href={LIST_ADDRESS}>← All cases</a></nav>
      <header class={`case-head head-${item.verdict}`}>
        <p class="case-verdict">
          <VerdictPill verdict={item.verdict} /> <span>risk <b>{item.risk}</b> of 100</span>
          <span class="mono muted"><LogText text={item.id} max={60} /></span>
        </p>
        <h1 ref={title} tabIndex={-1}><LogText text={item.title} /></h1>
        <div class="story">{item.story.map((sentence) => <p key={sentence}><LogText text={sentence} max={1200} /></p>)}</div>
        <Facts item={item} />
      </header>
      <TacticStrip item={item} />
      <Findings item={item} />
      <EventList item={item} />
    </main>
  );
}
