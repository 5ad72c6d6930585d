/** What the toolbar and the keys can ask of the camera; set while a map is on the page. */
export const cameraControls: { zoomBy: (factor: number) => void; fit: () => void } = {
  zoomBy: () => undefined,
  fit: () => undefined,
};
