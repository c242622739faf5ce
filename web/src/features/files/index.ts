export { FileIcon } from "./FileRow";
export { FilesPanel } from "./FilesPanel";
export { filterFiles } from "./tree";
