import { Link } from '@tanstack/react-router';
import { useText } from '../text';

/** Where not all of them fit, the one that is open is to be seen. */
const show = (link: HTMLAnchorElement | null) => link?.scrollIntoView?.({ block: 'nearest', inline: 'center' });

/** The parts of a page, each with an address of its own. */
export function Sections<Name extends string>({ label, sections, current }: { label: string; sections: readonly { name: Name; label: string; count?: number }[]; current: Name }) {
  const { number } = useText();
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-b border-line px-4 sm:mx-0 sm:px-0">
      <ul className="flex min-w-max gap-1">
        {sections.map((section) => (
          <li key={section.name}>
            <Link
              to="."
              search={{ part: section.name }}
              ref={section.name === current ? show : undefined}
              aria-current={section.name === current ? 'page' : undefined}
              className="-mb-px flex h-11 items-center gap-2 border-b-2 border-transparent px-3 text-sm font-medium text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:text-text"
            >
              {section.label}
              {section.count !== undefined && (
                <span className="rounded-full bg-sunken px-2 py-0.5 text-xs font-medium text-muted tabular-nums">{number(section.count)}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
