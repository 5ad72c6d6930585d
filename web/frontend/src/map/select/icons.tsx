/** Pictures of the tools, drawn in the color of the text. */
import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      {children}
    </svg>
  );
}

export const PanIcon = () => (
  <Icon>
    <path d="M10 2v16M2 10h16M7.5 4.5 10 2l2.5 2.5M7.5 15.5 10 18l2.5-2.5M4.5 7.5 2 10l2.5 2.5M15.5 7.5 18 10l-2.5 2.5" />
  </Icon>
);
export const BoxIcon = () => (
  <Icon>
    <rect x="3" y="4" width="14" height="12" stroke-dasharray="3 2.2" />
  </Icon>
);
export const LassoIcon = () => (
  <Icon>
    <ellipse cx="10.5" cy="7.5" rx="7" ry="4.7" stroke-dasharray="3 2.2" />
    <path d="M5.2 11c-1.6 1-1.4 2.8.2 2.8 1.4 0 1.7-1.3.5-1.9M5.4 13.800c.2 1.700-.4 3-1.900 3.700" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M4 10h12" />
  </Icon>
);
export const FitIcon = () => (
  <Icon>
    <path d="M3 7.500V3h4.500M12.500 3H17v4.500M17 12.500V17h-4.500M7.500 17H3v-4.500" />
  </Icon>
);
