/* temp_folder.h -- A folder of its own for each test, in TMPDIR or /tmp. */
#ifndef TESTS_TEMP_FOLDER_H
#define TESTS_TEMP_FOLDER_H

/** Makes an empty folder, and ends the process if it can't.
 * @return Its absolute path, to be given to temp_folder_remove. */
char *temp_folder_make(void);

/** As temp_folder_make, in ONSALE_SIMULATED_FOLDERS if that is set: for the stores of a simulation,
 * which makes thousands of them, and whose power cuts and full disks are its own. */
char *temp_folder_make_simulated(void);

/** Removes the folder with all that is in it and frees its path. NULL is fine. */
void temp_folder_remove(char *path);

/** Copies a file of one folder into another as it is now, whoever has it open. A failure ends the
 * process. */
void temp_folder_copy_file(const char *from, const char *to, const char *name);

/** The path of something in a folder. @return To be freed by the caller. */
char *temp_folder_join(const char *path, const char *name);

#endif
