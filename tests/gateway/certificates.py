"""Authorities and certificates for tests, made by openssl."""
import os
import subprocess


class Authority:
    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.certificate = self.path('crt')
        self.make('-x509', '-days', '2', '-subj', '/CN=' + name, '-out', self.certificate,
                  '-addext', 'keyUsage=critical,keyCertSign')  # Debian 13's Python wants it

    def path(self, ending, name=None):
        return os.path.join(self.folder, '%s.%s' % (name or self.name, ending))

    def make(self, *arguments, name=None):
        subprocess.run(['openssl', 'req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                        '-nodes', '-keyout', self.path('key', name), *arguments],
                       check=True, stderr=subprocess.DEVNULL)

    def sign(self, name, subject, alternatives=''):
        """@return The files of a certificate and its key."""
        request, extensions = self.path('csr', name), self.path('ext', name)
        self.make('-subj', '/CN=' + subject, '-out', request, name=name)
        with open(extensions, 'w', encoding='ascii') as file:
            file.write('authorityKeyIdentifier=keyid\n')
            file.write('subjectAltName=' + alternatives if alternatives else '')
        subprocess.run(['openssl', 'x509', '-req', '-in', request, '-CA', self.certificate,
                        '-CAkey', self.path('key'), '-CAcreateserial', '-days', '2',
                        '-extfile', extensions, '-out', self.path('crt', name)],
                       check=True, stderr=subprocess.DEVNULL)
        return self.path('crt', name), self.path('key', name)
