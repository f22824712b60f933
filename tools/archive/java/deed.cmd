@echo off
rem Launcher of the portable archive: deed.jar starts the command line with the flags that it needs.
if defined JAVA_HOME ("%JAVA_HOME%\bin\java" -jar "%~dp0deed.jar" %*) else (java -jar "%~dp0deed.jar" %*)
